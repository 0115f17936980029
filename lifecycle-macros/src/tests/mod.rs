//! What the macros write, as snapshots. `UPDATE_EXPECT=1 cargo test -p lifecycle-macros` writes them anew.

use expect_test::{ExpectFile, expect_file};
use proc_macro2::TokenStream;
use quote::quote;

use crate::expand;
use crate::model::Kind;

/// The most that one attribute may write for an ordinary component, formatted, beside the user's own item.
const LINES: usize = 40;

#[track_caller]
fn check(written: &TokenStream, expected: &ExpectFile) {
    expected.assert_eq(&pretty(written));
}

fn pretty(tokens: &TokenStream) -> String {
    let file = syn::parse2(tokens.clone()).expect("expansions are items");
    prettyplease::unparse(&file)
}

#[track_caller]
fn component(
    kind: Kind,
    arguments: TokenStream,
    item: TokenStream,
    expected: &ExpectFile,
) -> TokenStream {
    let written = expand::attribute(kind, arguments, item);
    check(&written, expected);
    written
}

#[track_caller]
fn is_thin(written: &TokenStream, item: &TokenStream) {
    let ours = pretty(written).lines().count() - pretty(item).lines().count();
    assert!(ours <= LINES, "{ours} lines are more than {LINES}");
}

#[test]
fn struct_with_dependencies() {
    let item = quote!(
        pub struct Database;
    );
    let written = component(
        Kind::Resource,
        quote!(depends_on = [Settings, optional(Cache), late(web::Api)]),
        item.clone(),
        &expect_file!["snapshots/struct_with_dependencies.rs"],
    );
    is_thin(&written, &item);
}

#[test]
fn struct_with_all_keys() {
    component(
        Kind::Resource,
        quote!(
            name = "database",
            optional,
            start_timeout = "10s",
            retry = 5,
            backoff = "100ms..5s",
            restart = "on-failure",
            max_restarts = 3,
            within = "2m",
            scope = "dependents",
            escalate = "degrade",
            heartbeat = "10s",
            health_groups = ["storage", "readiness"]
        ),
        quote!(
            pub struct Database;
        ),
        &expect_file!["snapshots/struct_with_all_keys.rs"],
    );
}

#[test]
fn struct_with_fields() {
    component(
        Kind::Service,
        quote!(
            ready = "explicit",
            restart = "on-failure",
            on_finish = "shutdown"
        ),
        quote!(
            struct Api {
                #[inject]
                db: Arc<Database>,
                port: u16,
            }
        ),
        &expect_file!["snapshots/struct_with_fields.rs"],
    );
}

#[test]
fn worker_pool() {
    let item = quote!(
        pub struct Mailer;
    );
    let written = component(
        Kind::WorkerPool,
        quote!(
            depends_on = [Smtp],
            workers = 4,
            capacity = 256,
            errors_kept = 32,
            stop_on_panic
        ),
        item.clone(),
        &expect_file!["snapshots/worker_pool.rs"],
    );
    is_thin(&written, &item);
    let item = quote!(
        impl Mailer {
            #[work]
            async fn send(&self, mail: &Mail, smtp: Arc<Smtp>) -> Result<(), SmtpError> {
                smtp.send(mail).await
            }
            #[job_failed]
            async fn failed(&self, mail: Option<&Mail>, error: &JobError<SmtpError>) {}
            #[unfinished]
            fn park(&self, mails: Unfinished<Mail>) {}
        }
    );
    component(
        Kind::WorkerPool,
        quote!(),
        item,
        &expect_file!["snapshots/worker_pool_impl.rs"],
    );
}

#[test]
fn impl_with_start() {
    let item = quote!(
        impl Database {
            /// Connects.
            #[start]
            async fn connect(settings: Arc<Settings>) -> io::Result<Self> {
                Ok(Self)
            }
        }
    );
    let written = component(
        Kind::Resource,
        quote!(),
        item.clone(),
        &expect_file!["snapshots/impl_with_start.rs"],
    );
    is_thin(&written, &item);
}

#[test]
fn impl_with_all_hooks() {
    let written = expand::attribute(
        Kind::Service,
        quote!(crate = framework),
        quote!(
            impl Api {
                #[load]
                fn load() -> io::Result<Config> {}
                #[start]
                fn start(config: Loaded<Config>) -> Self {}
                #[run]
                async fn run(&self, shutdown: Shutdown) {}
                #[cfg(unix)]
                #[drain]
                async fn drain(&self) {}
                #[stop]
                fn stop(&self, cx: Context, db: Arc<Database>) {}
                #[health(every = "1m30s", failures = 1, critical = false)]
                async fn ping(&self) -> io::Result<()> {}
            }
        ),
    );
    check(&written, &expect_file!["snapshots/impl_with_all_hooks.rs"]);
}

#[test]
fn impl_with_handlers() {
    component(
        Kind::Resource,
        quote!(),
        quote!(
            impl Desk {
                #[on]
                async fn confirm(
                    &self,
                    placed: Arc<OrderPlaced>,
                    mailer: Arc<Mailer>,
                ) -> io::Result<()> {
                    Ok(())
                }
                #[cfg(unix)]
                #[on(capacity = 64)]
                fn note(&self, paid: Arc<orders::Paid>) {}
            }
        ),
        &expect_file!["snapshots/impl_with_handlers.rs"],
    );
}

#[test]
fn impl_with_schedules() {
    let written = expand::attribute(
        Kind::Resource,
        quote!(),
        quote!(
            impl Carts {
                #[every("30s")]
                fn count(&self) {}
                #[cfg(unix)]
                #[every("1h", jitter = 0.1, immediate = true)]
                async fn expire(&self, db: Arc<Database>) -> io::Result<()> {}
            }
        ),
    );
    check(&written, &expect_file!["snapshots/impl_with_schedules.rs"]);
}

#[cfg(feature = "cron")]
#[test]
fn impl_with_cron() {
    let written = expand::attribute(
        Kind::Resource,
        quote!(),
        quote!(
            impl Carts {
                #[cron("0 30 3 * * MON-FRI", tz = "Europe/Berlin")]
                async fn report(&self) -> io::Result<()> {}
            }
        ),
    );
    check(&written, &expect_file!["snapshots/impl_with_cron.rs"]);
}

#[test]
fn app() {
    let written = expand::app::expand(
        quote!(
            services = [Api, jobs::Mail],
            shutdown_timeout = "10s",
            task_limit = 8,
            micro_limit = 2,
            worker_threads = 4,
            health_groups = ["storage"],
            configure = watch::all
        ),
        quote!(
            async fn main(cx: Context, api: Arc<Api>) -> Result<(), Error> {
                Ok(())
            }
        ),
    );
    check(&written, &expect_file!["snapshots/app.rs"]);
}

#[test]
fn plan() {
    let plan = expand::plan::expand(quote!(max_depth = 300; Api));
    let written = quote!(fn plan() -> Plan { #plan });
    check(&written, &expect_file!["snapshots/plan.rs"]);
}

#[test]
fn struct_with_a_mistake() {
    component(
        Kind::Resource,
        quote!(depend_on = [Settings]),
        quote!(
            struct Database {
                #[inject]
                settings: Arc<Settings>,
            }
        ),
        &expect_file!["snapshots/struct_with_a_mistake.rs"],
    );
}

#[test]
fn impl_with_a_mistake() {
    component(
        Kind::Service,
        quote!(),
        quote!(
            impl Api {
                #[run]
                async fn run() {}
            }
        ),
        &expect_file!["snapshots/impl_with_a_mistake.rs"],
    );
}

#[test]
fn app_with_a_mistake() {
    let written = expand::app::expand(
        quote!(services = [Api]),
        quote!(
            fn main() {}
        ),
    );
    check(&written, &expect_file!["snapshots/app_with_a_mistake.rs"]);
}
