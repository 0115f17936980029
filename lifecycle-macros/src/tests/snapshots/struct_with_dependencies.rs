pub struct Database;
impl Database {
    #[doc(hidden)]
    pub const fn depends_on(visitor: &mut ::lifecycle::__private::Visitor<'_>) {
        use ::lifecycle::__private::NotAComponent as _;
        if visitor.enter(<Self as ::lifecycle::__private::Component>::DECLARATION) {
            <Settings as ::lifecycle::__private::Component>::Itself::depends_on(visitor);
            visitor.optional();
            <Cache as ::lifecycle::__private::Component>::Itself::depends_on(visitor);
            if visitor.late() {
                <web::Api as ::lifecycle::__private::Component>::Itself::depends_on(
                    visitor,
                );
            }
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
        );
        fn from_fields(_: &__lc::Context) -> Self {
            Self {}
        }
    }
    impl __lc::Resource for Database {
        type Itself = Self;
    }
    impl __lc::DependsOn<Settings> for Database {}
    impl __lc::DependsOptionally<Cache> for Database {}
    impl __lc::DependsLate<web::Api> for Database {}
};
