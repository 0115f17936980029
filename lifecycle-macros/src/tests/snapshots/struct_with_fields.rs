struct Api {
    db: Arc<Database>,
    port: u16,
}
impl Api {
    #[doc(hidden)]
    pub const fn depends_on(visitor: &mut ::lifecycle::__private::Visitor<'_>) {
        use ::lifecycle::__private::{self as __lc, NotAComponent as _};
        if __lc::Visitor::enter(visitor, <Self as __lc::Component>::DECLARATION) {
            <<Database as __lc::Component>::Itself>::depends_on(visitor);
            visitor.leave();
        }
    }
}
const _: () = {
    use ::lifecycle::__private::{
        self as __lc, NoAnnotatedImpl as _, NoHandle as _, NoDefault as _,
    };
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl __lc::Component for Api {
        type Itself = Self;
        const DECLARATION: &'static __lc::Declaration = &__lc::Declaration::service(
                "Api",
                ::core::module_path!(),
                ::core::line!(),
                ::core::column!(),
            )
            .ready(__lc::Ready::Explicit)
            .on_finish(__lc::OnFinish::Shutdown)
            .hooks(
                &__lc::Annotated::<Self>::HOOKS
                    .or_start(|cx| __lc::made(Self {
                        db: __lc::injected(__lc::Handle::<Arc<Database>>::TAKE, &cx),
                        port: __lc::field(__lc::Field::<u16>::DEFAULT),
                    })),
            );
    }
    impl __lc::Service for Api {
        type Itself = Self;
    }
    impl __lc::DependsOn<Database> for Api {}
    const _: () = __lc::require(
        "Api",
        &__lc::Annotated::<Api>::HOOKS,
        true,
        [("port", __lc::Field::<u16>::DEFAULT.is_some())],
    );
};
