//! The health service of gRPC, over a real port and by a client that is not ours.

use lifecycle::component::{BoxError, service_fn};
use lifecycle::health::Health;
use lifecycle::plan::Plan;
use lifecycle::{App, Context};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tonic::Code;
use tonic::transport::{Channel, Server, server::TcpIncoming};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::kit::{Done, Graph, secs, works};

type Client = HealthClient<Channel>;

/// Serves until it is told to stop.
async fn serve(cx: Context, socket: TcpListener) -> Result<(), BoxError> {
    let told = {
        let cx = cx.clone();
        async move { drop(cx.shutdown_requested().await) }
    };
    Server::builder()
        .add_service(lifecycle::grpc::health(cx.app()))
        .serve_with_incoming_shutdown(TcpIncoming::from(socket), told)
        .await?;
    Ok(())
}

/// An app with a component `probes` that serves, and a client of it.
fn play<F: Future>(
    graph: Graph,
    test: impl FnOnce(lifecycle::app::Running, Client) -> F,
) -> F::Output {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let (say, address) = oneshot::channel();
        let say = std::sync::Mutex::new(Some(say));
        let graph = graph.service("probes", &[], move |c| {
            c.run(move |cx: Context| {
                let say = say.lock().unwrap().take();
                async move {
                    let socket = TcpListener::bind("127.0.0.1:0").await?;
                    if let Some(say) = say {
                        let _ = say.send(socket.local_addr()?);
                    }
                    serve(cx, socket).await
                }
            })
        });
        let plan: Plan = graph.plan();
        let running = App::builder(plan).name("test").signals(false).start();
        let address = address.await.unwrap();
        let channel = Channel::from_shared(format!("http://{address}")).unwrap();
        let client = HealthClient::new(channel.connect().await.unwrap());
        test(running, client).await
    })
}

fn of(service: &str) -> HealthCheckRequest {
    HealthCheckRequest {
        service: service.to_owned(),
    }
}

async fn check(client: &mut Client, service: &str) -> Result<ServingStatus, Code> {
    let answer = client.check(of(service)).await;
    let answer = answer.map_err(|status| status.code())?;
    Ok(answer.into_inner().status())
}

/// An `api` that says how it is when it is told to.
fn api() -> (Graph, tokio::sync::watch::Sender<bool>) {
    let (tell, told) = tokio::sync::watch::channel(true);
    let graph = Graph::new().service("api", &[], move |c| {
        c.run(move |cx: Context| {
            let mut told = told.clone();
            async move {
                let shutdown = cx.shutdown();
                shutdown
                    .wrap(async {
                        loop {
                            match *told.borrow_and_update() {
                                true => cx.health().clear("line"),
                                false => cx.health().set("line", Health::unhealthy("it is cut")),
                            }
                            if told.changed().await.is_err() {
                                std::future::pending::<()>().await;
                            }
                        }
                    })
                    .await;
                Done::Ok(())
            }
        })
    });
    (graph, tell)
}

#[test]
fn a_check_tells_of_the_app_of_components_and_of_groups() {
    let (graph, tell) = api();
    play(graph, |running, mut client| async move {
        let app = running.app();
        assert!(app.started().await);
        for service in ["", "api", "readiness", "liveness", "startup"] {
            let answer = check(&mut client, service).await;
            assert_eq!(answer, Ok(ServingStatus::Serving), "{service}");
        }
        assert_eq!(check(&mut client, "nobody").await, Err(Code::NotFound));
        let mut watch = client.watch(of("api")).await.unwrap().into_inner();
        assert_eq!(
            watch.message().await.unwrap().unwrap().status(),
            ServingStatus::Serving
        );
        tell.send(false).unwrap();
        assert_eq!(
            watch.message().await.unwrap().unwrap().status(),
            ServingStatus::NotServing
        );
        for (service, status) in [
            ("", ServingStatus::NotServing),
            ("api", ServingStatus::NotServing),
            ("probes", ServingStatus::Serving),
            ("readiness", ServingStatus::NotServing),
            ("liveness", ServingStatus::Serving),
        ] {
            assert_eq!(check(&mut client, service).await, Ok(status), "{service}");
        }
        tell.send(true).unwrap();
        assert_eq!(
            watch.message().await.unwrap().unwrap().status(),
            ServingStatus::Serving
        );
        app.shutdown("enough");
        assert!(running.wait().await.is_success());
    });
}

#[test]
fn a_watch_hears_of_the_end_and_holds_up_nobody() {
    let (graph, _tell) = api();
    play(graph, |running, mut client| async move {
        let app = running.app();
        assert!(app.started().await);
        let mut watches = Vec::new();
        for service in ["", "api", "liveness", "nobody"] {
            watches.push(client.watch(of(service)).await.unwrap().into_inner());
        }
        let mut first = Vec::new();
        for watch in &mut watches {
            first.push(watch.message().await.unwrap().unwrap().status());
        }
        use ServingStatus::{NotServing, ServiceUnknown, Serving};
        assert_eq!(first, [Serving, Serving, Serving, ServiceUnknown]);
        app.shutdown("enough");
        let mut rest = Vec::new();
        for watch in &mut watches {
            let mut heard = Vec::new();
            while let Ok(Some(answer)) = watch.message().await {
                heard.push(answer.status());
            }
            rest.push(heard);
        }
        assert_eq!(rest[..2], [[NotServing], [NotServing]]);
        // What is alive to its last moment is never said to be dead.
        assert!(rest[2].is_empty() && rest[3].is_empty(), "{rest:?}");
        let report = running.wait().await;
        assert!(report.is_success(), "{report}");
    });
}

#[test]
fn while_it_drains_nothing_is_serving_but_what_is_alive() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(async {
        let graph = Graph::new().service("api", &[], |c| c.run(works));
        let app = graph.app().with(|app| app.drain_delay(secs(10))).start();
        assert!(app.started().await);
        let server = lifecycle::grpc::health(app.app());
        let mut client = HealthClient::new(server);
        let mut watch = client.watch(of("")).await.unwrap().into_inner();
        assert_eq!(
            watch.message().await.unwrap().unwrap().status(),
            ServingStatus::Serving
        );
        app.app().shutdown("enough");
        assert_eq!(
            watch.message().await.unwrap().unwrap().status(),
            ServingStatus::NotServing
        );
        assert_eq!(app.app().phase(), lifecycle::engine::Phase::Draining);
        for (service, status) in [
            ("", ServingStatus::NotServing),
            ("api", ServingStatus::NotServing),
            ("readiness", ServingStatus::NotServing),
            ("liveness", ServingStatus::Serving),
            ("startup", ServingStatus::Serving),
        ] {
            let answer = client.check(of(service)).await.unwrap().into_inner();
            assert_eq!(answer.status(), status, "{service}");
        }
        assert!(app.ended().await.report.is_success());
        assert!(watch.message().await.unwrap().is_none());
    });
}

#[test]
fn a_watch_of_what_is_not_there_hears_when_it_is_added() {
    let (graph, _tell) = api();
    play(graph, |running, mut client| async move {
        let app = running.app();
        assert!(app.started().await);
        let mut watch = client.watch(of("late")).await.unwrap().into_inner();
        let first = watch.message().await.unwrap().unwrap().status();
        assert_eq!(first, ServingStatus::ServiceUnknown);
        let late = service_fn("late", (), works);
        app.add(late).await.unwrap();
        let mut status = watch.message().await.unwrap().unwrap().status();
        if status == ServingStatus::NotServing {
            status = watch.message().await.unwrap().unwrap().status();
        }
        assert_eq!(status, ServingStatus::Serving);
        app.shutdown("enough");
        assert!(running.wait().await.is_success());
    });
}

#[test]
fn a_server_that_is_restarted_lets_go_of_those_who_watch() {
    let (graph, _tell) = api();
    play(graph, |running, mut client| async move {
        let app = running.app();
        assert!(app.started().await);
        let mut watch = client.watch(of("")).await.unwrap().into_inner();
        let first = watch.message().await.unwrap().unwrap().status();
        assert_eq!(first, ServingStatus::Serving);
        let probes = app.component("probes").unwrap();
        probes.disable().await.unwrap();
        while let Ok(Some(_)) = watch.message().await {}
        app.shutdown("enough");
        let report = running.wait().await;
        assert!(report.is_success(), "{report}");
    });
}
