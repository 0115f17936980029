struct Api {
    db: Arc<Database>,
    port: u16,
}
#[automatically_derived]
impl Api {
    #[doc(hidden)]
    pub const fn depends_on(visitor: &mut ::lifecycle::__private::Visitor<'_>) {
        use ::lifecycle::__private::{self as __lifecycle, NotAComponent as _};
        if __lifecycle::Visitor::enter(
            visitor,
            &<Self as __lifecycle::Component>::DECLARATION,
        ) {
            <<Database as __lifecycle::Component>::Itself>::depends_on(visitor);
            visitor.leave();
        }
    }
}
const _: () = {
    use ::lifecycle::__private::{
        self as __lifecycle, NoAnnotatedImpl as _, NoHandle as _, NoDefault as _,
    };
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl __lifecycle::Component for Api {
        type Itself = Self;
        const DECLARATION: __lifecycle::Declaration = __lifecycle::Declaration::service(
                "Api",
                ::core::module_path!(),
                ::core::line!(),
                ::core::column!(),
            )
            .ready(__lifecycle::Ready::Explicit)
            .on_finish(__lifecycle::OnFinish::Shutdown)
            .hooks(
                &__lifecycle::Annotated::<Self>::HOOKS
                    .or_start(|cx| __lifecycle::made(Self {
                        db: __lifecycle::injected(
                            __lifecycle::Handle::<Arc<Database>>::TAKE,
                            &cx,
                        ),
                        port: __lifecycle::field(__lifecycle::Field::<u16>::DEFAULT),
                    })),
            );
    }
    impl __lifecycle::DependsOn<Database> for Api {}
    const _: () = {
        __lifecycle::check_work(
            &<Api as __lifecycle::Component>::DECLARATION,
            &__lifecycle::Annotated::<Api>::HOOKS,
        );
        __lifecycle::require_fields(
            "Api",
            &__lifecycle::Annotated::<Api>::HOOKS,
            &[("port", __lifecycle::Field::<u16>::DEFAULT.is_some())],
        )
    };
};
