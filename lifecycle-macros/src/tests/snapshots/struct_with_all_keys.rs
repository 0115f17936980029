pub struct Database;
impl Database {
    #[doc(hidden)]
    pub const fn depends_on(visitor: &mut ::lifecycle::__private::Visitor<'_>) {
        if visitor.enter(<Self as ::lifecycle::__private::Component>::DECLARATION) {
            visitor.health_group("storage");
            visitor.health_group("readiness");
            visitor.leave();
        }
    }
}
const _: () = {
    use ::lifecycle::__private::{self as __lc, NoAnnotatedImpl as _};
    #[diagnostic::do_not_recommend]
    impl __lc::Component for Database {
        type Itself = Self;
        const DECLARATION: &'static __lc::Declaration = &__lc::declare_resource(
                "Database",
                ::core::module_path!(),
                ::core::line!(),
                ::core::column!(),
                __lc::Annotated::<Self>::HOOKS,
            )
            .name("database")
            .optional(true)
            .start_timeout(::core::time::Duration::new(10u64, 0u32))
            .retry(5u32)
            .backoff(
                ::core::time::Duration::new(0u64, 100000000u32),
                ::core::time::Duration::new(5u64, 0u32),
            )
            .restart(__lc::Restart::OnFailure)
            .max_restarts(3u32)
            .within(::core::time::Duration::new(120u64, 0u32))
            .scope(__lc::Scope::Dependents)
            .escalate(__lc::Escalate::Degrade)
            .heartbeat(::core::time::Duration::new(10u64, 0u32))
            .health_groups(&["storage", "readiness"]);
        fn from_fields(_: &__lc::Context) -> Self {
            Self {}
        }
    }
    impl __lc::Resource for Database {
        type Itself = Self;
    }
};
