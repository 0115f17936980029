//! A small HTTP server that shows the app to probes, tools and people.
//!
//! Give a [`Server`] to the app and open `http://localhost:9090/lifecycle`:
//!
//! ```no_run
//! use lifecycle::prelude::*;
//! use lifecycle::status::Server;
//!
//! # #[resource] #[derive(Default)] struct Cache;
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> std::io::Result<()> {
//! let server = Server::bind("127.0.0.1:9090")?;
//! App::builder(lifecycle::plan![Cache]).with(server).run().await;
//! # Ok(())
//! # }
//! ```
//!
//! It answers from before the first hook to after the last one, on a thread and a runtime of its own, so the start and the
//! stop can be watched, and an app whose threads are all blocked can still be asked who blocks them. Nothing here runs a
//! health check or changes anything, but for [changes](#changing-the-app) that somebody has allowed.
//!
//! # Paths
//!
//! | path | what | status |
//! |---|---|---|
//! | `/livez` | the group `liveness`: whether the process had better be started anew | 200, 503 |
//! | `/readyz` | the group `readiness`: whether it should get requests; fails the moment draining begins | 200, 503 |
//! | `/startupz` | the group `startup`: whether the start is complete | 200, 503 |
//! | `/healthz` | all three | 200, 503 |
//! | `/readyz/<group>`, `/healthz/<group>` | a [group](mod@crate::health#groups) of the app's own, or one of the three by its name, percent-encoded where need be | 200, 503; 404 with the names that exist |
//! | `/metrics` | what [`Server::metrics`] renders, for Prometheus | 200; 404 without; 500 if that panics; 503 if it takes too long |
//! | `/lifecycle` | the page: components, graph, start, numbers, last events, always up to date | 200 |
//! | `/lifecycle.json` | [all of it](#the-json) | 200 |
//! | `/lifecycle/events` | [the same as server-sent events](#events) | 200; 503 if as many listen as may |
//! | `/lifecycle/graph.svg` | the plan as a picture | 200; 503 while it is being drawn |
//! | `/lifecycle/control` | [changes](#changing-the-app), if allowed | below; else 404 |
//! | `/` | leads to `/lifecycle` | 302 |
//!
//! All of them take `GET` and `HEAD`, and answer other methods with 405; other paths are 404 with a list of these. Nothing
//! is to be cached, and says so. A bug in here is an answer with status 500, and the server goes on.
//!
//! A probe answers `ok`, or `readiness fails` and a line for each thing in the way:
//!
//! ```text
//! $ curl localhost:9090/readyz
//! readiness fails
//! [-]Database failed: no route to host
//! $ curl localhost:9090/readyz?verbose
//! [+]Settings ok
//! [-]Database failed: no route to host
//! readiness fails
//! ```
//!
//! With `Accept: application/json` it answers with the [`Group`](crate::health::Group), and `/healthz` with the whole
//! [`Report`](crate::health::Report). `ok` is made once for each state of the app, so asking often costs little. All other
//! answers are made anew for each state too, and are at most a second old: how long something has lasted is of that moment.
//!
//! For Kubernetes, with a server at [`bind_public`](Server::bind_public):
//!
//! ```yaml
//! startupProbe:   { httpGet: { path: /startupz, port: 9090 }, periodSeconds: 1, failureThreshold: 60 }
//! readinessProbe: { httpGet: { path: /readyz,   port: 9090 }, periodSeconds: 2, failureThreshold: 1 }
//! livenessProbe:  { httpGet: { path: /livez,    port: 9090 }, periodSeconds: 5, failureThreshold: 3 }
//! ```
//!
//! # Who can ask
//!
//! Whoever reaches the address: [`Server::bind`] takes only those of the loopback interface. There, all but probes has to be
//! asked by an address or as `localhost`, else it is 421: so no web site can have a browser read it through a name of its own.
//!
//! Clients cannot hurt the app. Each of these has a setter on [`Server`]:
//!
//! | limit | default | what follows |
//! |---|---|---|
//! | bytes of a request's head | 8 KiB | 431 |
//! | time from the first byte of the head to its last | 5 s | closed |
//! | time to make an answer, or for a listener to take what is sent | 10 s | closed |
//! | time between two requests, in which the answer is to be read | 30 s | closed |
//! | connections | 256 | the one goes that has asked for nothing for the longest time |
//! | listeners of `/lifecycle/events` | 32 | 503 |
//!
//! Bodies of requests are not read, and texts of components are cut after 1 KiB. When the app has ended, answers under way
//! have half a second.
//!
//! # The JSON
//!
//! `schema` is 1 as long as nothing that is there goes away or changes its meaning; new fields may come. All times end in
//! `_ms`. Moments (`at_ms`, `since_ms`, `next_ms`) are milliseconds since the app began, as `age_ms` is.
//!
//! ```text
//! { "schema": 1, "age_ms": 61000, "app": "shop", "phase": "running", "control": false,
//!   "health": { "level": "unhealthy", "reason": "Database: no route to host" },
//!   "groups": [{ "name": "readiness", "passing": false, "failing_count": 1,
//!                "failing": [{ "component": "Database", "reason": "no route to host" }] }],
//!   "components": [{
//!     "id": 0, "name": "Database", "kind": "resource", "root": false, "rank": 0, "required": true,
//!     "state": "up", "since_ms": 120, "ready": false, "finished": false, "failed": false, "disabled": false,
//!     "attempt": 1, "restarts": 0, "note": null,
//!     "health": { "level": "unhealthy", "reason": "no route to host", "since_ms": 60200 },
//!     "check": { "level": "unhealthy", "reason": "no route to host", "at_ms": 60900, "took_ms": 1.2,
//!                "failures": 3, "hanging_ms": null },
//!     "conditions": [{ "key": "lag", "level": "hint", "reason": "3 s behind", "since_ms": 4000 }],
//!     "errors": [{ "at_ms": 60200, "error": "no route to host" }],
//!     "waits_for": [], "dependencies": [{ "name": "Settings", "kind": "hard" }],
//!     "pools": [], "handlers": [],
//!     "tasks": { "stats": { "begun": 5, "done": 4, "failed": 1, "panicked": 0, "cut_off": 0, "waited_ms": 0.3,
//!                           "dropped": 0 }, "errors": ["no route to host"] },
//!     "schedules": [{ "name": "vacuum", "runs": 4, "failed": 0, "panicked": 0, "skipped": 0, "failing": 0,
//!                     "last_error": null, "running": false, "next_ms": 70000 }] }],
//!   "start": { "total_ms": 131.5, "rows": [{ "name": "Database", "since_ms": 0, "waited_ms": 10.1,
//!              "waited_for": "Settings", "worked_ms": 121.4, "failed": false, "critical": true }] },
//!   "events": [{ "seq": 17, "at_ms": 60200, "kind": "health", "component": "Database", "level": "error",
//!                "text": "unhealthy: no route to host" }] }
//! ```
//!
//! Phases, states, kinds and levels are those of [`Phase`](crate::engine::Phase), [`State`](crate::engine::State),
//! [`Kind`](crate::plan::Kind), [`EdgeKind`](crate::plan::EdgeKind) and [`Level`](crate::health::Level), in `snake_case`;
//! pools, tasks and handlers are those of [`PoolReport`](crate::pool::PoolReport), [`TaskReport`](crate::task::TaskReport)
//! and [`HandlerReport`](crate::event::HandlerReport); `tasks` is null until there has been one. `failing` has the first 16 of `failing_count`; `start` is null until the
//! start is complete. `events` are the last 200; their `kind` is `app`, `change`, `note`, `error` or `health`, their `level`
//! `info`, `warn` or `error`.
//!
//! # Events
//!
//! Each connection begins with the event `snapshot`, whose data is the JSON above. Every `change` has the same shape: its
//! `components` are those that changed, its `events` those that came, and `start` is there only when it is new. Changes are
//! collected for 200 ms, and numbers that no event tells of are looked at every 2 s. `end` is the last one: the app has ended.
//! A comment comes every 15 s in which there is nothing to tell. Whoever does not keep up gets another `snapshot`.
//!
//! # Changing the app
//!
//! After [`Server::control`], the page has buttons, which do this:
//!
//! ```text
//! $ curl localhost:9090/lifecycle/control -H "Authorization: Bearer $TOKEN" \
//!     -H 'Content-Type: application/json' -d '{"component": "Import", "action": "restart"}'
//! restart Import: done
//! ```
//!
//! Where several components have one name, `"id"` says which, as the JSON has it; else the answer is 409. `action` is `restart`, with what the component [declares](crate::plan::Scope), `enable` or `disable`. Each is logged with
//! the address of who asked, and of those who may not, one in ten seconds.
//!
//! | status | when |
//! |---|---|
//! | 202 | it is done, or still under way after half a second |
//! | 400, 413, 415 | it is no such request, larger than 4 KiB, or not `application/json` |
//! | 401 | the token is missing or wrong |
//! | 403 | a page of another origin asks, as `Origin` or `Sec-Fetch-Site` says |
//! | 404 | the app has no such component |
//! | 409 | it cannot be done; the [reason](crate::context::ChangeError) is the answer |
//! | 429 | more than ten requests in 10 s; or after ten wrong tokens in 10 s from the same address, or from 256 addresses |

pub use super::server::Server;
