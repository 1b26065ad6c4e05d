//! Page sessions: who a browser's cookie is, kept alive while it is used; and their end.

use crate::app::App;
use identity::{
    AuthRefusal, PageSession, page_session_end, page_session_find, page_session_renew,
    sessions::SESSION_LIFETIME_S,
};
use kernel::Refusal;

/// Who this cookie is, now. None: unknown, over, or switched off. Writes once an hour at most.
pub async fn find(app: &App, cookie: String) -> Result<Option<PageSession>, Refusal> {
    let now = app.clock.now();
    let found = app.store.read(move |tx| Ok::<_, AuthRefusal>(page_session_find(tx, now, &cookie)?)).await?;
    let Some(mut session) = found else { return Ok(None) };
    if session.renewal_due {
        let id = session.id;
        app.store.write(move |tx| Ok::<_, AuthRefusal>(page_session_renew(tx, now, id)?)).await?;
        session.expires_at = now.plus_secs(SESSION_LIFETIME_S);
    }
    Ok(Some(session))
}

/// Ends the session of this cookie; no error when it is gone.
pub async fn end(app: &App, cookie: String) -> Result<(), Refusal> {
    Ok(app.store.write(move |tx| Ok::<_, AuthRefusal>(page_session_end(tx, &cookie)?)).await?)
}
