struct Database {
    settings: Arc<Settings>,
}
::core::compile_error! {
    "unknown key `depend_on`; did you mean `depends_on`?"
}
#[automatically_derived]
impl Database {
    #[doc(hidden)]
    pub const fn depends_on(visitor: &mut ::lifecycle::__private::Visitor<'_>) {
        if visitor.enter(&<Self as ::lifecycle::__private::Component>::DECLARATION) {
            visitor.leave();
        }
    }
}
#[automatically_derived]
#[diagnostic::do_not_recommend]
impl ::lifecycle::__private::Component for Database {
    type Itself = Self;
    const DECLARATION: ::lifecycle::__private::Declaration = ::lifecycle::__private::Declaration::resource(
        "Database",
        "",
        0,
        0,
    );
}
#[diagnostic::do_not_recommend]
impl<D> ::lifecycle::__private::DependsOn<D> for Database {}
#[diagnostic::do_not_recommend]
impl<D> ::lifecycle::__private::DependsOptionally<D> for Database {}
#[diagnostic::do_not_recommend]
impl<D> ::lifecycle::__private::DependsLate<D> for Database {}
