#[doc(hidden)]
#[allow(long_running_const_eval)]
const __LIFECYCLE_SIZE: ::lifecycle::__private::Size = {
    use ::lifecycle::__private::{self as __lc, NotAComponent as _};
    let mut room = __lc::Room::<
        { __lc::MAX_NODES },
        { 2 * __lc::MAX_NODES },
        0,
        { __lc::MAX_DEPTH },
    >::new();
    let mut visitor = room.visitor();
    visitor.know_groups(&["storage"]);
    while __lc::Visitor::round(&mut visitor) {
        <Api as __lc::Component>::Itself::depends_on(&mut visitor);
        <jobs::Mail as __lc::Component>::Itself::depends_on(&mut visitor);
    }
    visitor.size()
};
#[doc(hidden)]
#[allow(long_running_const_eval)]
static __LIFECYCLE_PLAN: ::lifecycle::__private::CompiledPlan<
    { __LIFECYCLE_SIZE.nodes },
    { __LIFECYCLE_SIZE.edges },
> = {
    use ::lifecycle::__private::{self as __lc, NotAComponent as _};
    let mut room = __lc::Room::<
        { __LIFECYCLE_SIZE.nodes },
        { __LIFECYCLE_SIZE.slots },
        { __LIFECYCLE_SIZE.edges },
        { __LIFECYCLE_SIZE.depth },
    >::new();
    let mut visitor = room.visitor();
    visitor.know_groups(&["storage"]);
    while __lc::Visitor::round(&mut visitor) {
        <Api as __lc::Component>::Itself::depends_on(&mut visitor);
        <jobs::Mail as __lc::Component>::Itself::depends_on(&mut visitor);
    }
    visitor.finish()
};
#[doc(hidden)]
#[allow(long_running_const_eval)]
const __LIFECYCLE_FINDING_1: () = if __LIFECYCLE_SIZE.findings > 0usize {
    use ::lifecycle::__private::{self as __lc, NotAComponent as _};
    let mut room = __lc::Room::<
        { __LIFECYCLE_SIZE.nodes },
        { __LIFECYCLE_SIZE.slots },
        { __LIFECYCLE_SIZE.edges },
        { __LIFECYCLE_SIZE.depth },
    >::new();
    let mut visitor = room.reporter(0usize);
    visitor.know_groups(&["storage"]);
    while __lc::Visitor::round(&mut visitor) {
        <Api as __lc::Component>::Itself::depends_on(&mut visitor);
        <jobs::Mail as __lc::Component>::Itself::depends_on(&mut visitor);
    }
};
#[doc(hidden)]
#[allow(long_running_const_eval)]
const __LIFECYCLE_FINDING_2: () = if __LIFECYCLE_SIZE.findings > 1usize {
    use ::lifecycle::__private::{self as __lc, NotAComponent as _};
    let mut room = __lc::Room::<
        { __LIFECYCLE_SIZE.nodes },
        { __LIFECYCLE_SIZE.slots },
        { __LIFECYCLE_SIZE.edges },
        { __LIFECYCLE_SIZE.depth },
    >::new();
    let mut visitor = room.reporter(1usize);
    visitor.know_groups(&["storage"]);
    while __lc::Visitor::round(&mut visitor) {
        <Api as __lc::Component>::Itself::depends_on(&mut visitor);
        <jobs::Mail as __lc::Component>::Itself::depends_on(&mut visitor);
    }
};
#[doc(hidden)]
#[allow(long_running_const_eval)]
const __LIFECYCLE_FINDING_3: () = if __LIFECYCLE_SIZE.findings > 2usize {
    use ::lifecycle::__private::{self as __lc, NotAComponent as _};
    let mut room = __lc::Room::<
        { __LIFECYCLE_SIZE.nodes },
        { __LIFECYCLE_SIZE.slots },
        { __LIFECYCLE_SIZE.edges },
        { __LIFECYCLE_SIZE.depth },
    >::new();
    let mut visitor = room.reporter(2usize);
    visitor.know_groups(&["storage"]);
    while __lc::Visitor::round(&mut visitor) {
        <Api as __lc::Component>::Itself::depends_on(&mut visitor);
        <jobs::Mail as __lc::Component>::Itself::depends_on(&mut visitor);
    }
};
#[doc(hidden)]
#[allow(long_running_const_eval)]
const __LIFECYCLE_FINDING_4: () = if __LIFECYCLE_SIZE.findings > 3usize {
    use ::lifecycle::__private::{self as __lc, NotAComponent as _};
    let mut room = __lc::Room::<
        { __LIFECYCLE_SIZE.nodes },
        { __LIFECYCLE_SIZE.slots },
        { __LIFECYCLE_SIZE.edges },
        { __LIFECYCLE_SIZE.depth },
    >::new();
    let mut visitor = room.reporter(3usize);
    visitor.know_groups(&["storage"]);
    while __lc::Visitor::round(&mut visitor) {
        <Api as __lc::Component>::Itself::depends_on(&mut visitor);
        <jobs::Mail as __lc::Component>::Itself::depends_on(&mut visitor);
    }
};
#[doc(hidden)]
#[allow(long_running_const_eval)]
const __LIFECYCLE_STOP_TIMES: () = ::lifecycle::__private::CompiledPlan::check_stop_times(
    &__LIFECYCLE_PLAN,
    ::core::time::Duration::new(10u64, 0u32),
);
#[doc(hidden)]
const __LIFECYCLE_GROUP_1: () = ::lifecycle::__private::CompiledPlan::check_health_group(
    &__LIFECYCLE_PLAN,
    "storage",
);
fn main() -> ::std::process::ExitCode {
    async fn main(cx: Context, api: Arc<Api>) -> Result<(), Error> {
        Ok(())
    }
    {
        use ::lifecycle::__private::{self as __lc};
        struct __LifecycleMain;
        impl __lc::HasRoot<Api> for __LifecycleMain {}
        impl __lc::HasRoot<jobs::Mail> for __LifecycleMain {}
        __lc::launch(
            __LIFECYCLE_PLAN.plan(),
            __lc::Settings::new(::core::module_path!())
                .shutdown_timeout(::core::time::Duration::new(10u64, 0u32))
                .task_limit(8usize)
                .micro_limit(2usize)
                .worker_threads(4usize)
                .configure(|builder| __lc::Configured::configured(watch::all(builder))),
            __lc::Main {
                hook: |cx| ::std::boxed::Box::pin(async move {
                    <_ as __lc::Outcome<
                        (),
                    >>::outcome(
                        main(
                                <Context as __lc::MainArgument<__LifecycleMain>>::take(&cx),
                                <Arc<Api> as __lc::MainArgument<__LifecycleMain>>::take(&cx),
                            )
                            .await,
                    )
                }),
                takes: &[
                    <Context as __lc::MainArgument<__LifecycleMain>>::ID,
                    <Arc<Api> as __lc::MainArgument<__LifecycleMain>>::ID,
                ],
            },
        )
    }
}
