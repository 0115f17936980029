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
        if visitor.enter(<Self as ::lifecycle::__private::Component>::DECLARATION) {
            visitor.leave();
        }
    }
}
#[automatically_derived]
#[diagnostic::do_not_recommend]
impl ::lifecycle::__private::Component for Database {
    type Itself = Self;
    const DECLARATION: &'static ::lifecycle::__private::Declaration = &::lifecycle::__private::Declaration::resource(
        "Database",
        "",
        0,
        0,
    );
}
#[diagnostic::do_not_recommend]
impl ::lifecycle::__private::Resource for Database {
    type Itself = Self;
}
#[diagnostic::do_not_recommend]
impl ::lifecycle::__private::Service for Database {
    type Itself = Self;
}
#[diagnostic::do_not_recommend]
impl ::lifecycle::__private::WorkerPool for Database {
    type Itself = Self;
}
#[diagnostic::do_not_recommend]
impl<__D> ::lifecycle::__private::DependsOn<__D> for Database {}
#[diagnostic::do_not_recommend]
impl<__D> ::lifecycle::__private::DependsOptionally<__D> for Database {}
#[diagnostic::do_not_recommend]
impl<__D> ::lifecycle::__private::DependsLate<__D> for Database {}
