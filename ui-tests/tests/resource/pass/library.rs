//! A library with strict lints: components in private modules, seen as far as they must be.

#![deny(warnings)]
#![deny(
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    unused,
    unused_qualifications,
    unused_lifetimes,
    elided_lifetimes_in_paths,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unsafe_code,
    private_interfaces,
    private_bounds,
    non_ascii_idents,
    let_underscore_drop,
    missing_copy_implementations,
    unit_bindings,
    explicit_outlives_requirements,
    variant_size_differences,
    rust_2018_idioms
)]

mod storage {
    use std::sync::Arc;

    use lifecycle::prelude::*;

    #[resource]
    #[derive(Clone, Copy, Debug)]
    pub(crate) struct Settings {
        pub(crate) size: usize,
    }

    mod inner {
        use lifecycle::prelude::*;

        #[resource]
        #[derive(Debug)]
        pub(in crate::storage) struct Hidden {
            pub(super) size: Option<String>,
        }
    }

    #[resource(depends_on = [Settings])]
    #[derive(Debug)]
    pub(crate) struct Database {
        pub(crate) size: usize,
        hidden: Option<Arc<inner::Hidden>>,
    }

    #[resource]
    impl Database {
        #[start]
        fn open(settings: Arc<Settings>) -> Self {
            let hidden = None;
            let size = settings.size;
            Self { size, hidden }
        }

        #[stop]
        fn close(&self) {
            drop(self.hidden.as_ref().map(|hidden| hidden.size.clone()));
        }
    }
}

pub mod api {
    //! What users see.

    use std::sync::Arc;

    use lifecycle::prelude::*;

    use crate::storage::Database;

    /// Serves.
    #[service]
    #[derive(Debug)]
    pub struct Api {
        #[inject]
        database: Arc<Database>,
    }

    #[service]
    impl Api {
        #[run]
        async fn serve(&self, shutdown: Shutdown) {
            shutdown.await;
        }

        /// How large the database is.
        pub fn size(&self) -> usize {
            self.database.size
        }
    }
}

#[lifecycle::app(services = [api::Api])]
async fn main(api: std::sync::Arc<api::Api>) {
    let _size = api.size();
}
