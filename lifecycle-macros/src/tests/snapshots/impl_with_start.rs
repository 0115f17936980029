impl Database {
    /// Connects.
    async fn connect(settings: Arc<Settings>) -> io::Result<Self> {
        Ok(Self)
    }
}
const _: () = {
    use ::lifecycle::__private::{self as __lc};
    #[automatically_derived]
    impl __lc::AnnotatedImplBlock for Database {
        const HOOKS: __lc::Hooks = __lc::Hooks::of::<
            <Database as __lc::Resource>::Itself,
        >()
            .start(|cx| <_ as __lc::Outcome<
                Self,
            >>::awaited(
                ::std::boxed::Box::pin(
                    Self::connect(<Arc<Settings> as __lc::Argument<Self>>::take(&cx)),
                ),
            ));
    }
};
