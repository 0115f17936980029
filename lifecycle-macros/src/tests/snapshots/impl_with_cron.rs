impl Carts {
    async fn report(&self) -> io::Result<()> {}
}
impl ::lifecycle::__private::AnnotatedImplBlock for Carts {
    const HOOKS: u8 = ::lifecycle::__private::hooks_of::<
        <Carts as ::lifecycle::__private::Resource>::Itself,
    >(64);
    fn begin(this: &::std::sync::Arc<Self>, cx: &::lifecycle::__private::Context) {
        ::lifecycle::__private::cron(
            this,
            cx,
            "report",
            ::lifecycle::__private::Cron::new("0 30 3 * * MON-FRI").tz("Europe/Berlin"),
            |this, _| <_ as ::lifecycle::__private::Outcome<
                (),
            >>::worked(::std::boxed::Box::pin(Self::report(this))),
        );
    }
}
const _: () = {
    const EXPRESSION: ::lifecycle::__private::Cron = ::lifecycle::__private::Cron::new(
        "0 30 3 * * MON-FRI",
    );
};
