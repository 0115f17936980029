pub struct Database;
impl Database {
    #[doc(hidden)]
    pub const fn depends_on(visitor: &mut ::lifecycle::__private::Visitor<'_>) {
        use ::lifecycle::__private::{self as __lc, NotAComponent as _};
        if __lc::Visitor::enter(visitor, <Self as __lc::Component>::DECLARATION) {
            <<Settings as __lc::Component>::Itself>::depends_on(visitor);
            visitor.optional();
            <<Cache as __lc::Component>::Itself>::depends_on(visitor);
            if visitor.late() {
                <<web::Api as __lc::Component>::Itself>::depends_on(visitor);
            }
            visitor.leave();
        }
    }
}
const _: () = {
    use ::lifecycle::__private::{self as __lc, NoAnnotatedImpl as _};
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl __lc::Component for Database {
        type Itself = Self;
        const DECLARATION: &'static __lc::Declaration = &__lc::Declaration::resource(
                "Database",
                ::core::module_path!(),
                ::core::line!(),
                ::core::column!(),
            )
            .hooks(&__lc::Annotated::<Self>::HOOKS.or_start(|_| __lc::made(Self {})));
    }
    impl __lc::Resource for Database {
        type Itself = Self;
    }
    impl __lc::DependsOn<Settings> for Database {}
    impl __lc::DependsOptionally<Cache> for Database {}
    impl __lc::DependsLate<web::Api> for Database {}
};
