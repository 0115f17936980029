pub struct Database;
#[automatically_derived]
impl Database {
    #[doc(hidden)]
    pub const fn depends_on(visitor: &mut ::lifecycle::__private::Visitor<'_>) {
        use ::lifecycle::__private::{self as __lifecycle, NotAComponent as _};
        if __lifecycle::Visitor::enter(
            visitor,
            &<Self as __lifecycle::Component>::DECLARATION,
        ) {
            visitor.leave();
        }
    }
}
const _: () = {
    use ::lifecycle::__private::{self as __lifecycle, NoAnnotatedImpl as _};
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl __lifecycle::Component for Database {
        type Itself = Self;
        const DECLARATION: __lifecycle::Declaration = __lifecycle::Declaration::resource(
                "Database",
                ::core::module_path!(),
                ::core::line!(),
                ::core::column!(),
            )
            .name("database")
            .optional(true)
            .start_timeout(::core::time::Duration::new(10u64, 0u32))
            .retry(5u32)
            .backoff(
                ::core::time::Duration::new(0u64, 100000000u32),
                ::core::time::Duration::new(5u64, 0u32),
            )
            .hooks(
                &__lifecycle::Annotated::<Self>::HOOKS
                    .or_start(|_| __lifecycle::made(Self {})),
            );
    }
};
