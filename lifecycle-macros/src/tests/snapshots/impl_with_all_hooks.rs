impl Api {
    fn load() -> io::Result<Config> {}
    fn start(config: Loaded<Config>) -> Self {}
    async fn run(&self, shutdown: Shutdown) {}
    #[cfg(unix)]
    async fn drain(&self) {}
    fn stop(&self, cx: Context, db: Arc<Database>) {}
    async fn ping(&self) -> io::Result<()> {}
}
impl framework::__private::AnnotatedImplBlock for Api {
    const HOOKS: u8 = framework::__private::hooks_of::<
        <Api as framework::__private::Service>::Itself,
    >({
        let hooks = 55;
        #[cfg(unix)]
        let hooks = hooks | 8;
        hooks
    });
    const HEALTH: framework::__private::CheckPolicy = framework::__private::CheckPolicy::new()
        .every(::core::time::Duration::new(90u64, 0u32));
    fn load(_: &framework::__private::Context) -> framework::__private::Made {
        <_ as framework::__private::Outcome<Config>>::at_once(Self::load())
    }
    fn start(cx: &framework::__private::Context) -> framework::__private::Made {
        <_ as framework::__private::Outcome<
            Self,
        >>::at_once(
            Self::start(
                <Loaded<Config> as framework::__private::Argument<Self>>::take(cx),
            ),
        )
    }
    fn run(&self, cx: &framework::__private::Context) -> framework::__private::Work<'_> {
        <_ as framework::__private::Outcome<
            (),
        >>::worked(
            ::std::boxed::Box::pin(
                Self::run(
                    self,
                    <Shutdown as framework::__private::Argument<Self>>::take(cx),
                ),
            ),
        )
    }
    #[cfg(unix)]
    fn drain(
        &self,
        _: &framework::__private::Context,
    ) -> framework::__private::Work<'_> {
        <_ as framework::__private::Outcome<
            (),
        >>::worked(::std::boxed::Box::pin(Self::drain(self)))
    }
    fn stop(
        &self,
        cx: &framework::__private::Context,
    ) -> framework::__private::Work<'_> {
        <_ as framework::__private::Outcome<
            (),
        >>::done(
            Self::stop(
                self,
                <Context as framework::__private::Argument<Self>>::take(cx),
                <Arc<Database> as framework::__private::Argument<Self>>::take(cx),
            ),
        )
    }
    fn health(
        &self,
        _: &framework::__private::Context,
    ) -> framework::__private::Work<'_, framework::__private::Health> {
        <_ as framework::__private::Outcome<
            framework::__private::Health,
        >>::worked(::std::boxed::Box::pin(Self::ping(self)))
    }
}
impl framework::__private::Loads<Config> for Api {}
