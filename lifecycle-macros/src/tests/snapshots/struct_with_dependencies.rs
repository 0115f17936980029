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
            <<Settings as __lifecycle::Component>::Itself>::depends_on(visitor);
            visitor.optional();
            <<Cache as __lifecycle::Component>::Itself>::depends_on(visitor);
            if visitor.late() {
                <<web::Api as __lifecycle::Component>::Itself>::depends_on(visitor);
            }
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
            .hooks(
                &__lifecycle::Annotated::<Self>::HOOKS
                    .or_start(|_| __lifecycle::made(Self {})),
            );
    }
    impl __lifecycle::DependsOn<Settings> for Database {}
    impl __lifecycle::DependsOptionally<Cache> for Database {}
    impl __lifecycle::DependsLate<web::Api> for Database {}
};
