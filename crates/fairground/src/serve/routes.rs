//! The table of all routes: the ground's own addresses, the stalls, the assets, and the edge around them.

use super::edge::edge;
use super::process::OpenStall;
use super::{clock_route, front, heads_route, public_files};
use crate::config::{Config, keys};
use crate::table;
use axum::Router;
use kernel::Clock;
use serde_json::{Map, Value, json};
use stall::Tasks;
use std::sync::Arc;
use store::{Store, StoreError, leases};
use web::{OperationsAccess, OperatorToken, Probe, Telemetry, shell};

/// Builds the router of the whole process; each stall's routes are taken. Errors: a sentence for the operator.
pub fn build(
    config: &Config,
    stalls: &mut [OpenStall],
    (clock, tasks): (&Arc<dyn Clock>, &Tasks),
    telemetry: Telemetry,
) -> Result<Router, String> {
    let edge = edge(config, stalls, clock)?;
    let databases = stalls.iter().map(|stall| database_probe(stall.opened.store.clone(), Arc::clone(clock)));
    let probes = databases.chain([tasks_probe(tasks.clone())]).collect();
    let mut router = Router::new()
        .merge(front::routes(config.open_stalls(), &edge))
        .merge(heads_route::routes(stalls))
        .merge(web::health_routes(probes))
        .merge(web::operations_routes(version(config), telemetry, &operations_access(config)))
        .nest(shell::ASSETS_ROOT, shell::router());
    let mut all = Router::new();
    for stall in stalls {
        let routes = std::mem::replace(&mut stall.opened.router, Box::new(|_| Ok(Router::new())));
        all = all.merge(routes(edge.clone())?);
    }
    router =
        router.merge(public_files::routes(config.public_url(), config.open_stalls(), all.clone(), &edge));
    router = router.merge(all);
    if config.get(&keys::CLOCK) == "manual" {
        router = router.merge(clock_route::routes(clock));
    }
    Ok(edge.guard(router))
}

/// On a laptop everybody; elsewhere whoever shows the token, and nobody where there is none.
fn operations_access(config: &Config) -> OperationsAccess {
    if config.deployment.is_exposed() {
        OperationsAccess::Bearer(OperatorToken::new(config.get(&keys::OPERATIONS_TOKEN)))
    } else {
        OperationsAccess::Everybody
    }
}

/// What the listener for operators alone serves.
pub fn of_operations(config: &Config, telemetry: Telemetry) -> Router {
    web::operations_routes(version(config), telemetry, &OperationsAccess::Everybody)
}

fn version(config: &Config) -> Value {
    let schemas: Map<_, _> = table::stalls()
        .iter()
        .map(|manifest| (manifest.name.to_owned(), json!(manifest.schema_version())))
        .collect();
    let mut version = json!({
        "name": "fairground",
        "version": env!("CARGO_PKG_VERSION"),
        "profile": config.deployment.profile.as_str(),
        "stalls": config.get(&keys::STALLS_OPEN),
        "git_commit": env!("BUILT_FROM_COMMIT"),
        "build_time": env!("BUILT_AT"),
        "toolchain": env!("BUILT_WITH"),
        "schema_version": schemas,
    });
    for (name, number) in table::stalls().iter().flat_map(|manifest| manifest.versions) {
        version[*name] = json!(number);
    }
    version
}

/// The store can be read; and after a write that it could not keep, one that it can.
fn database_probe(store: Store, clock: Arc<dyn Clock>) -> Probe {
    let name = store.name();
    Probe::new(name, move || {
        let (store, now) = (store.clone(), clock.now());
        async move {
            let answer: Result<(), StoreError> = if store.write_failure().is_some() {
                store.write(move |tx| leases::acquire(tx, "readiness", "readiness", now, now).map(drop)).await
            } else {
                store.read(|tx| tx.query_one("SELECT 1", &[], |row| row.int(0)).map(drop)).await
            };
            answer.map_err(|error| error.to_string())
        }
    })
}

/// Every background task is running.
fn tasks_probe(tasks: Tasks) -> Probe {
    Probe::of_many("tasks", move || {
        tasks.ended_early().into_iter().map(|task| (task.name, task.cause)).collect()
    })
}
