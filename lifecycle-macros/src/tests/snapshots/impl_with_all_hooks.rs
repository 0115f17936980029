impl Api {
    fn load() -> io::Result<Config> {}
    fn start(config: Loaded<Config>) -> Self {}
    async fn run(&self, shutdown: Shutdown) {}
    #[cfg(unix)]
    async fn drain(&self) {}
    fn stop(&self, cx: Context, db: Arc<Database>) {}
    async fn ping(&self) -> io::Result<()> {}
}
const _: () = {
    use framework::__private::{self as __lifecycle};
    #[automatically_derived]
    impl __lifecycle::AnnotatedImplBlock for Api {
        const HOOKS: __lifecycle::Hooks = {
            let hooks = __lifecycle::Hooks::new().kind(__lifecycle::Kind::Service);
            let hooks = hooks
                .load(|_| <_ as __lifecycle::Outcome<Config>>::at_once(Self::load()));
            let hooks = hooks
                .start(|cx| <_ as __lifecycle::Outcome<
                    Self,
                >>::at_once(
                    Self::start(
                        <Loaded<Config> as __lifecycle::Argument<Self>>::take(&cx),
                    ),
                ));
            let hooks = hooks
                .run(|this, cx| ::std::boxed::Box::pin(async move {
                    <_ as __lifecycle::Outcome<
                        (),
                    >>::outcome(
                        Self::run(
                                &this.of::<Self>(),
                                <Shutdown as __lifecycle::Argument<Self>>::take(&cx),
                            )
                            .await,
                    )
                }));
            #[cfg(unix)]
            let hooks = hooks
                .drain(|this, _| ::std::boxed::Box::pin(async move {
                    <_ as __lifecycle::Outcome<
                        (),
                    >>::outcome(Self::drain(&this.of::<Self>()).await)
                }));
            let hooks = hooks
                .stop(|this, cx| <_ as __lifecycle::Outcome<
                    (),
                >>::done(
                    Self::stop(
                        &this.of::<Self>(),
                        <Context as __lifecycle::Argument<Self>>::take(&cx),
                        <Arc<Database> as __lifecycle::Argument<Self>>::take(&cx),
                    ),
                ));
            let hooks = hooks
                .health(
                    |this, _| ::std::boxed::Box::pin(async move {
                        <_ as __lifecycle::Outcome<
                            (),
                        >>::outcome(Self::ping(&this.of::<Self>()).await)
                    }),
                    __lifecycle::Health {
                        every: ::core::time::Duration::new(90u64, 0u32),
                        timeout: __lifecycle::Health::DEFAULT.timeout,
                    },
                );
            hooks
        };
    }
    impl __lifecycle::Loads<Config> for Api {}
    const _: () = __lifecycle::check_kind(
        &<Api as __lifecycle::Component>::DECLARATION,
        __lifecycle::Kind::Service,
    );
};
