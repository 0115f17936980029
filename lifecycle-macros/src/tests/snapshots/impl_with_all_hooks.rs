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
    use framework::__private::{self as __lc};
    #[automatically_derived]
    impl __lc::AnnotatedImplBlock for Api {
        const HOOKS: __lc::Hooks = {
            let hooks = __lc::Hooks::of::<<Api as __lc::Service>::Itself>();
            let hooks = hooks
                .load(|_| <_ as __lc::Outcome<Config>>::at_once(Self::load()));
            let hooks = hooks
                .start(|cx| <_ as __lc::Outcome<
                    Self,
                >>::at_once(
                    Self::start(<Loaded<Config> as __lc::Argument<Self>>::take(&cx)),
                ));
            let hooks = hooks
                .run(|this, cx| __lc::on::<
                    Self,
                    _,
                >(
                    this,
                    cx,
                    |this, cx| ::std::boxed::Box::pin(
                        Self::run(this, <Shutdown as __lc::Argument<Self>>::take(cx)),
                    ),
                    <_ as __lc::Outcome<()>>::outcome,
                ));
            #[cfg(unix)]
            let hooks = hooks
                .drain(|this, cx| __lc::on::<
                    Self,
                    _,
                >(
                    this,
                    cx,
                    |this, _| ::std::boxed::Box::pin(Self::drain(this)),
                    <_ as __lc::Outcome<()>>::outcome,
                ));
            let hooks = hooks
                .stop(|this, cx| <_ as __lc::Outcome<
                    (),
                >>::done(
                    Self::stop(
                        &this.of::<Self>(),
                        <Context as __lc::Argument<Self>>::take(&cx),
                        <Arc<Database> as __lc::Argument<Self>>::take(&cx),
                    ),
                ));
            let hooks = hooks
                .health(
                    |this, cx| __lc::on::<
                        Self,
                        _,
                    >(
                        this,
                        cx,
                        |this, _| ::std::boxed::Box::pin(Self::ping(this)),
                        <_ as __lc::Outcome<()>>::outcome,
                    ),
                    __lc::Health {
                        every: ::core::time::Duration::new(90u64, 0u32),
                        timeout: __lc::Health::DEFAULT.timeout,
                    },
                );
            hooks
        };
    }
    impl __lc::Loads<Config> for Api {}
};
