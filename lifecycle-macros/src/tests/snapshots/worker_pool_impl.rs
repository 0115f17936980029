impl Mailer {
    async fn send(&self, mail: &Mail, smtp: Arc<Smtp>) -> Result<(), SmtpError> {
        smtp.send(mail).await
    }
    async fn failed(&self, mail: Option<&Mail>, error: &JobError<SmtpError>) {}
    fn park(&self, mails: Unfinished<Mail>) {}
}
impl ::lifecycle::__private::AnnotatedImplBlock for Mailer {
    const HOOKS: u8 = ::lifecycle::__private::hooks_of::<
        <Mailer as ::lifecycle::__private::WorkerPool>::Itself,
    >(64);
    fn begin(this: &::std::sync::Arc<Self>, cx: &::lifecycle::__private::Context) {
        ::lifecycle::__private::begin_pool(
            this,
            cx,
            <Mailer as ::lifecycle::__private::WorkerPool>::OPTIONS,
            true,
        );
    }
}
#[automatically_derived]
#[allow(unused_variables, clippy::all)]
#[diagnostic::do_not_recommend]
impl ::lifecycle::__private::PoolWork for Mailer {
    type Job = Mail;
    type Output = <Result<(), SmtpError> as ::lifecycle::__private::JobOutcome>::Value;
    type Error = <Result<(), SmtpError> as ::lifecycle::__private::JobOutcome>::Error;
    fn work(
        &self,
        job: &mut ::lifecycle::__private::Job<Self::Job>,
    ) -> impl ::core::future::Future<
        Output = ::core::result::Result<Self::Output, Self::Error>,
    > + ::core::marker::Send {
        async move {
            let cx = &<::lifecycle::__private::Context>::current();
            let returned = Self::send(
                    self,
                    job.get(),
                    <Arc<Smtp> as ::lifecycle::__private::Argument<Self>>::take(cx),
                )
                .await;
            ::lifecycle::__private::JobOutcome::result(returned)
        }
    }
    fn job_failed(
        &self,
        job: ::core::option::Option<&mut Self::Job>,
        error: &mut ::lifecycle::__private::JobError<Self::Error>,
    ) -> impl ::core::future::Future<
        Output = ::core::result::Result<(), ::lifecycle::__private::BoxError>,
    > + ::core::marker::Send {
        async move {
            <_ as ::lifecycle::__private::Outcome<
                (),
            >>::outcome(Self::failed(self, job.map(|job| &*job), error).await)
        }
    }
    fn unfinished(
        &self,
        jobs: ::lifecycle::__private::Unfinished<Self::Job>,
    ) -> impl ::core::future::Future<
        Output = ::core::result::Result<(), ::lifecycle::__private::BoxError>,
    > + ::core::marker::Send {
        async move {
            <_ as ::lifecycle::__private::Outcome<()>>::outcome(Self::park(self, jobs))
        }
    }
}
