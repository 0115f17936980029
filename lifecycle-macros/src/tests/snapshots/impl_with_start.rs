impl Database {
    /// Connects.
    async fn connect(settings: Arc<Settings>) -> io::Result<Self> {
        todo!()
    }
}
const _: () = {
    use ::lifecycle::__private::{self as __lifecycle};
    #[automatically_derived]
    impl __lifecycle::AnnotatedImplBlock for Database {
        const HOOKS: __lifecycle::Hooks = __lifecycle::Hooks::new()
            .kind(__lifecycle::Kind::Resource)
            .start(|cx| <_ as __lifecycle::Outcome<
                Self,
            >>::awaited(
                ::std::boxed::Box::pin(
                    Self::connect(
                        <Arc<Settings> as __lifecycle::Argument<Self>>::take(&cx),
                    ),
                ),
            ));
    }
    const _: () = __lifecycle::check_kind(
        &<Database as __lifecycle::Component>::DECLARATION,
        __lifecycle::Kind::Resource,
    );
};
