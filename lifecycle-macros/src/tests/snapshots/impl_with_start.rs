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
            .start(|cx| ::std::boxed::Box::pin(async move {
                <_ as __lifecycle::Outcome<
                    Self,
                >>::outcome(
                        Self::connect(
                                <Arc<Settings> as __lifecycle::Argument<Self>>::take(&cx),
                            )
                            .await,
                    )
                    .map(__lifecycle::Instance::new)
            }));
    }
    const _: () = __lifecycle::check_kind(
        &<Database as __lifecycle::Component>::DECLARATION,
        __lifecycle::Kind::Resource,
    );
};
