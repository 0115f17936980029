pub struct Mailer;
impl Mailer {
    #[doc(hidden)]
    pub const fn depends_on(visitor: &mut ::lifecycle::__private::Visitor<'_>) {
        use ::lifecycle::__private::NotAComponent as _;
        if visitor.enter(<Self as ::lifecycle::__private::Component>::DECLARATION) {
            <Smtp as ::lifecycle::__private::Component>::Itself::depends_on(visitor);
            visitor.leave();
        }
    }
}
const _: () = {
    use ::lifecycle::__private::{self as __lc, NoAnnotatedImpl as _};
    #[diagnostic::do_not_recommend]
    impl __lc::Component for Mailer {
        type Itself = Self;
        const DECLARATION: &'static __lc::Declaration = &__lc::declare_worker_pool(
            "Mailer",
            ::core::module_path!(),
            ::core::line!(),
            ::core::column!(),
            __lc::Annotated::<Self>::HOOKS,
        );
        fn from_fields(_: &__lc::Context) -> Self {
            Self {}
        }
    }
    impl __lc::WorkerPool for Mailer {
        type Itself = Self;
        const OPTIONS: __lc::PoolOptions = __lc::PoolOptions::new()
            .workers(4)
            .capacity(256)
            .keep_errors(32)
            .stop_on_panic();
    }
    impl __lc::DependsOn<Smtp> for Mailer {}
    __lc::require("Mailer", <Mailer as __lc::Component>::DECLARATION, &[])
};
