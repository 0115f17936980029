impl Desk {
    async fn confirm(
        &self,
        placed: Arc<OrderPlaced>,
        mailer: Arc<Mailer>,
    ) -> io::Result<()> {
        Ok(())
    }
    #[cfg(unix)]
    fn note(&self, paid: Arc<orders::Paid>) {}
}
impl ::lifecycle::__private::AnnotatedImplBlock for Desk {
    const HOOKS: u8 = ::lifecycle::__private::hooks_of::<
        <Desk as ::lifecycle::__private::Resource>::Itself,
    >(0);
    const HANDLERS: ::core::option::Option<fn(&mut ::lifecycle::__private::Handlers)> = ::core::option::Option::Some(|
        handlers|
    {
        handlers
            .on::<
                <OrderPlaced as ::lifecycle::__private::Event>::Itself,
            >(
                "confirm",
                ::lifecycle::__private::Handling::DEFAULT,
                |this, cx, event| <_ as ::lifecycle::__private::Outcome<
                    (),
                >>::worked(
                    ::std::boxed::Box::pin(
                        Self::confirm(
                            this.get(),
                            event,
                            <Arc<
                                Mailer,
                            > as ::lifecycle::__private::Argument<Self>>::take(cx),
                        ),
                    ),
                ),
            );
        #[cfg(unix)]
        handlers
            .on::<
                <orders::Paid as ::lifecycle::__private::Event>::Itself,
            >(
                "note",
                ::lifecycle::__private::Handling {
                    capacity: 64,
                    concurrency: ::lifecycle::__private::Handling::DEFAULT.concurrency,
                },
                |this, _, event| <_ as ::lifecycle::__private::Outcome<
                    (),
                >>::done(Self::note(this.get(), event)),
            );
    });
}
