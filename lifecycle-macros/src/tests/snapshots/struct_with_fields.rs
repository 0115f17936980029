struct Api {
    db: Arc<Database>,
    port: u16,
}
impl Api {
    #[doc(hidden)]
    pub const fn depends_on(visitor: &mut ::lifecycle::__private::Visitor<'_>) {
        use ::lifecycle::__private::NotAComponent as _;
        if visitor.enter(<Self as ::lifecycle::__private::Component>::DECLARATION) {
            <Database as ::lifecycle::__private::Component>::Itself::depends_on(visitor);
            visitor.leave();
        }
    }
}
const _: () = {
    use ::lifecycle::__private::{
        self as __lc, NoAnnotatedImpl as _, NoHandle as _, NoDefault as _,
    };
    #[diagnostic::do_not_recommend]
    impl __lc::Component for Api {
        type Itself = Self;
        const DECLARATION: &'static __lc::Declaration = &__lc::declare_service(
                "Api",
                ::core::module_path!(),
                ::core::line!(),
                ::core::column!(),
                __lc::Annotated::<Self>::HOOKS,
            )
            .restart(__lc::Restart::OnFailure)
            .ready(__lc::Ready::Explicit)
            .on_finish(__lc::OnFinish::Shutdown);
        #[allow(unreachable_code)]
        fn from_fields(cx: &__lc::Context) -> Self {
            Self {
                db: __lc::Handle::<Arc<Database>>::take(cx),
                port: __lc::Field::<u16>::make(),
            }
        }
    }
    impl __lc::Service for Api {
        type Itself = Self;
    }
    impl __lc::DependsOn<Database> for Api {}
    __lc::require(
        "Api",
        <Api as __lc::Component>::DECLARATION,
        &[("port", __lc::Field::<u16>::HAS)],
    )
};
