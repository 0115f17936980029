impl Carts {
    fn count(&self) {}
    #[cfg(unix)]
    async fn expire(&self, db: Arc<Database>) -> io::Result<()> {}
}
impl ::lifecycle::__private::AnnotatedImplBlock for Carts {
    const HOOKS: u8 = ::lifecycle::__private::hooks_of::<
        <Carts as ::lifecycle::__private::Resource>::Itself,
    >({
        let hooks = 64;
        #[cfg(unix)]
        let hooks = hooks | 64;
        hooks
    });
    fn begin(this: &::std::sync::Arc<Self>, cx: &::lifecycle::__private::Context) {
        ::lifecycle::__private::every(
            this,
            cx,
            "count",
            ::lifecycle::__private::Every::new(::core::time::Duration::new(30u64, 0u32)),
            |this, _| <_ as ::lifecycle::__private::Outcome<()>>::done(Self::count(this)),
        );
        #[cfg(unix)]
        ::lifecycle::__private::every(
            this,
            cx,
            "expire",
            ::lifecycle::__private::Every::new(
                    ::core::time::Duration::new(3600u64, 0u32),
                )
                .jitter(0.1)
                .immediate(),
            |this, cx| <_ as ::lifecycle::__private::Outcome<
                (),
            >>::worked(
                ::std::boxed::Box::pin(
                    Self::expire(
                        this,
                        <Arc<
                            Database,
                        > as ::lifecycle::__private::Argument<Self>>::take(cx),
                    ),
                ),
            ),
        );
    }
}
