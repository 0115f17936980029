impl Api {
    async fn run() {}
}
::core::compile_error! {
    "`#[run]` needs the component; write `fn run(&self)`"
}
#[automatically_derived]
impl ::lifecycle::__private::AnnotatedImplBlock for Api {
    const HOOKS: ::lifecycle::__private::Hooks = ::lifecycle::__private::Hooks::stub();
}
