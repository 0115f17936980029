impl Api {
    async fn run() {}
}
::core::compile_error! {
    "`#[run]` needs the component; write `fn run(&self)`"
}
impl ::lifecycle::__private::AnnotatedImplBlock for Api {
    const HOOKS: u8 = !0;
}
