//! A function adds to the builder: as it is, or with an error.

mod observed {
    use lifecycle::app::AppBuilder;
    use lifecycle::observe::Log;
    use lifecycle::prelude::*;

    #[resource]
    struct Settings;

    pub fn setup(app: AppBuilder) -> AppBuilder {
        app.observer(Log::default())
    }

    #[lifecycle::app(services = [Settings], configure = self::setup)]
    async fn run() {}
}

use lifecycle::app::AppBuilder;
use lifecycle::prelude::*;

#[resource]
struct Settings;

fn setup(app: AppBuilder) -> std::io::Result<AppBuilder> {
    Ok(observed::setup(app))
}

#[lifecycle::app(services = [Settings], configure = setup)]
async fn main() {}
