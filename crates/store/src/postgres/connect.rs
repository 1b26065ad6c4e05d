//! How connections are made, prepared and looked after. What runs on them lives elsewhere.

use crate::StoreError;
use deadpool_postgres::{
    Hook, HookError, Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime, Timeouts,
};
use pg_connect::Address;
use std::time::Duration;

/// How long a connection may take to be made, over all hosts.
const CREATE_MAX: Duration = Duration::from_secs(4);
/// A connection that was idle for longer is asked whether its server is still there: a firewall may have forgotten it.
const IDLE_MAX: Duration = Duration::from_secs(30);
/// How long it has to say so.
const ANSWER_MAX: Duration = Duration::from_secs(1);

/// Settings of a session: its schema; no JIT for small statements, and no scans where a key is at hand (see
/// docs/performance.md). Set after connecting, because poolers refuse them at the start.
fn session_script(schema: &str, deadline: Duration) -> String {
    format!(
        "SET search_path TO {schema}; SET jit = off; SET enable_seqscan = off; SET enable_hashjoin = off; \
         SET enable_mergejoin = off; SET statement_timeout = {}; SET idle_in_transaction_session_timeout = 60000",
        deadline.as_millis()
    )
}

/// The pool of a stall. Errors: the schema's name or the address cannot be used.
pub(super) fn pool(
    url: &str,
    schema: &str,
    connections: usize,
    deadline: Duration,
) -> Result<Pool, StoreError> {
    if schema.is_empty() || !schema.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    {
        return Err(StoreError::Unfit(format!("'{schema}' is no usable schema name (a-z, 0-9, _)")));
    }
    let address = Address::parse(url).map_err(|fault| StoreError::Unfit(format!("database: {fault}")))?;
    let address = address.to_write().named("fairground");
    let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let manager = Manager::from_config(address.config().clone(), address.tls(), recycling);
    let (script, schema) = (session_script(schema, deadline), schema.to_owned());
    let timeouts = Timeouts { wait: Some(deadline), create: Some(CREATE_MAX), recycle: Some(ANSWER_MAX) };
    Pool::builder(manager)
        .max_size(connections.max(2))
        .runtime(Runtime::Tokio1)
        .timeouts(timeouts)
        .post_create(Hook::async_fn(move |client, _| {
            let (script, schema) = (script.clone(), schema.clone());
            Box::pin(async move {
                client.batch_execute(&script).await.map_err(HookError::Backend)?;
                let row = client.query_one("SHOW search_path", &[]).await.map_err(HookError::Backend)?;
                if row.get::<_, String>(0) == schema {
                    return Ok(());
                }
                Err(HookError::message(format!("the session did not keep search_path={schema}")))
            })
        }))
        .pre_recycle(Hook::async_fn(|client, metrics| {
            Box::pin(async move {
                if metrics.last_used() < IDLE_MAX {
                    return Ok(());
                }
                match tokio::time::timeout(ANSWER_MAX, client.simple_query("")).await {
                    Ok(Ok(_)) => Ok(()),
                    Ok(Err(error)) => Err(HookError::Backend(error)),
                    Err(_) => Err(HookError::message("an idle connection does not answer")),
                }
            })
        }))
        .build()
        .map_err(|error| StoreError::Unfit(error.to_string()))
}

/// Refuses a pooler that hands one connection's session to another: settings and prepared statements would be lost between
/// two statements. Poolers that keep a session for a client (PgBouncer's `session`) pass.
pub(super) async fn refuse_shared_sessions(one: &Object, other: &Object) -> Result<(), StoreError> {
    let word = format!("{:p}", std::ptr::from_ref(one));
    one.execute("SELECT set_config('fairground.session', $1, false)", &[&word]).await?;
    let sql = "SELECT COALESCE(current_setting('fairground.session', true), '')";
    let seen: String = other.query_one(sql, &[]).await?.get(0);
    let kept: String = one.query_one(sql, &[]).await?.get(0);
    if seen == word || kept != word {
        return Err(shared_sessions());
    }
    Ok(())
}

/// Why such a pooler is refused.
pub(super) fn shared_sessions() -> StoreError {
    StoreError::Unfit(
        "a pooler between us and PostgreSQL shares sessions among clients: use its session mode \
         (PgBouncer: pool_mode = session)"
            .into(),
    )
}

/// Whether a statement met another session than it was prepared in: it is not there, or another is. Such a pooler may show itself so before
/// it is asked.
pub(super) fn is_of_shared_sessions(error: &StoreError) -> bool {
    let text = error.to_string();
    ["26000", "42P05"].iter().any(|code| text.contains(code))
}
