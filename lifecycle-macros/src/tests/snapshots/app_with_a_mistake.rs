::core::compile_error! {
    "`main` is not async; write `async fn main`"
}
fn main() {
    #[allow(dead_code)]
    fn main() {}
}
