impl Database {
    /// Connects.
    async fn connect(settings: Arc<Settings>) -> io::Result<Self> {
        Ok(Self)
    }
}
impl ::lifecycle::__private::AnnotatedImplBlock for Database {
    const HOOKS: u8 = ::lifecycle::__private::hooks_of::<
        <Database as ::lifecycle::__private::Resource>::Itself,
    >(2);
    fn start(cx: &::lifecycle::__private::Context) -> ::lifecycle::__private::Made {
        <_ as ::lifecycle::__private::Outcome<
            Self,
        >>::awaited(
            ::std::boxed::Box::pin(
                Self::connect(
                    <Arc<Settings> as ::lifecycle::__private::Argument<Self>>::take(cx),
                ),
            ),
        )
    }
}
