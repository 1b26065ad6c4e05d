//! Operators' hands on prompts: new versions, which of them is used, trying one on some streamers, and taking one back.

use super::audit_record::{Act, Acting, append};
use crate::app::App;
use crate::domain::ids::PromptId;
use crate::domain::prompt::{Prompt, PromptKey, PromptTerms, Rollout, fault, is_worse};
use crate::limits;
use crate::refusals;
use crate::store::prompts;
use kernel::{Refusal, Timestamp, UserId};
use serde_json::{Value, json};
use store::{StoreError, Tx};

/// Versions that are listed at most.
const LISTED_MAX: i64 = 1_000;
/// Who takes back what did worse.
const SYSTEM: &str = "system";

/// Every version, by purpose, newest first.
pub async fn list(app: &App) -> Result<Vec<Prompt>, StoreError> {
    app.store.read(|tx| prompts::list(tx, LISTED_MAX)).await
}

/// A new version of a key; it is not used until it is activated or tried. Errors: 400 about a field, 429.
pub async fn create(
    app: &App,
    (acting, by): (Acting, UserId),
    (key, terms): (PromptKey, PromptTerms),
) -> Result<Prompt, Refusal> {
    take_token(app, by)?;
    if let Some((field, problem)) = fault(&key, &terms) {
        return Err(Refusal::field(field, problem));
    }
    let now = app.clock.now();
    let id = PromptId(app.ids.next(now));
    app.store
        .write(move |tx| {
            let before = prompts::of_key(tx, &key)?;
            let prompt = Prompt {
                id,
                key: key.clone(),
                version: before.first().map_or(0, |newest| newest.version) + 1,
                terms: terms.clone(),
                is_active: false,
                // The first one may settle; each later one is compared with it until somebody says otherwise.
                is_shadow: !before.is_empty(),
                rollout: None,
                created_by: acting.actor.clone(),
                activated_by: None,
                created_at: now,
                activated_at: None,
            };
            prompts::insert(tx, &prompt)?;
            append(tx, &acting, act("prompt.create", &prompt, None), now)?;
            Ok::<_, Refusal>(prompt)
        })
        .await
}

/// Makes a version its key's, in the place of the one that was. Errors: 404, 429.
pub async fn activate(app: &App, (acting, by): (Acting, UserId), id: PromptId) -> Result<Prompt, Refusal> {
    take_token(app, by)?;
    let now = app.clock.now();
    app.store
        .write(move |tx| {
            let prompt = prompts::lock(tx, id)?.ok_or_else(|| Refusal::not_found("prompt"))?;
            let made = put_in_use(tx, prompt, &acting.actor, now)?;
            append(tx, &acting, act("prompt.activate", &made, None), now)?;
            Ok::<_, Refusal>(made)
        })
        .await
}

/// Tries a version on a share of streamers, or on some. Errors: 400, 404, 409 for the one that is everybody's already, 429.
pub async fn roll_out(
    app: &App,
    (acting, by): (Acting, UserId),
    id: PromptId,
    rollout: Rollout,
) -> Result<Prompt, Refusal> {
    take_token(app, by)?;
    if !(0..=100).contains(&rollout.percent) {
        return Err(Refusal::field("percent", "must be from 0 to 100"));
    }
    let now = app.clock.now();
    app.store
        .write(move |tx| {
            let mut prompt = prompts::lock(tx, id)?.ok_or_else(|| Refusal::not_found("prompt"))?;
            if prompt.is_active {
                return Err(refusals::prompt_is_active());
            }
            for mut other in
                prompts::of_key(tx, &prompt.key)?.into_iter().filter(|other| other.rollout.is_some())
            {
                other.rollout = None;
                prompts::save(tx, &other)?;
            }
            prompt.rollout = Some(rollout.clone());
            prompts::save(tx, &prompt)?;
            append(tx, &acting, act("prompt.rollout", &prompt, Some(json!(rollout))), now)?;
            Ok(prompt)
        })
        .await
}

/// Takes a version back: one that is tried is tried no longer; in the place of an active one comes the one before it.
/// Errors: 404, 409 where it is not in use or nothing was before it, 429.
pub async fn roll_back(app: &App, (acting, by): (Acting, UserId), id: PromptId) -> Result<Prompt, Refusal> {
    take_token(app, by)?;
    let now = app.clock.now();
    app.store
        .write(move |tx| {
            let mut prompt = prompts::lock(tx, id)?.ok_or_else(|| Refusal::not_found("prompt"))?;
            let in_use = if prompt.rollout.take().is_some() {
                prompts::save(tx, &prompt)?;
                prompt
            } else if prompt.is_active {
                let before = earlier(tx, &prompt)?.ok_or_else(refusals::nothing_before)?;
                put_in_use(tx, before, &acting.actor, now)?
            } else {
                return Err(refusals::nothing_before());
            };
            append(tx, &acting, act("prompt.rollback", &in_use, None), now)?;
            Ok(in_use)
        })
        .await
}

/// Takes back what is tried and does worse than what is in use; how many.
pub async fn evaluate(app: &App) -> Result<usize, StoreError> {
    let now = app.clock.now();
    app.store
        .write(move |tx| {
            let mut count = 0;
            for mut tried in prompts::tried(tx)? {
                let Some(active) = prompts::of_key(tx, &tried.key)?.into_iter().find(|one| one.is_active) else {
                    continue;
                };
                let (figures, incumbent) = (prompts::figures(tx, tried.id)?, prompts::figures(tx, active.id)?);
                if is_worse(figures, incumbent) {
                    tried.rollout = None;
                    prompts::save(tx, &tried)?;
                    let acting = Acting { actor: SYSTEM.to_owned(), ip: None };
                    let why = json!({ "decisions": figures.decisions, "successes": figures.successes, "p95Ms": figures.p95_ms });
                    append(tx, &acting, act("prompt.rollback", &tried, Some(why)), now)?;
                    count += 1;
                }
            }
            Ok(count)
        })
        .await
}

/// The version that was its key's before this one.
fn earlier(tx: &mut Tx<'_>, prompt: &Prompt) -> Result<Option<Prompt>, StoreError> {
    let others = prompts::of_key(tx, &prompt.key)?.into_iter();
    let others = others.filter(|other| other.id != prompt.id && other.activated_at.is_some());
    Ok(others.max_by_key(|other| (other.activated_at, other.version)))
}

fn put_in_use(tx: &mut Tx<'_>, prompt: Prompt, by: &str, now: Timestamp) -> Result<Prompt, StoreError> {
    for mut other in prompts::of_key(tx, &prompt.key)?.into_iter().filter(|other| other.is_active) {
        other.is_active = false;
        prompts::save(tx, &other)?;
    }
    let activated_by = Some(by.to_owned());
    let made = Prompt { is_active: true, rollout: None, activated_by, activated_at: Some(now), ..prompt };
    prompts::save(tx, &made)?;
    Ok(made)
}

fn take_token(app: &App, by: UserId) -> Result<(), Refusal> {
    app.limits.take(limits::PROMPTS, &app.config.load(), by.0, app.clock.now())
}

fn act(action: &'static str, prompt: &Prompt, why: Option<Value>) -> Act {
    let key = &prompt.key;
    let after = json!({ "purpose": key.purpose, "streamer": key.streamer, "game": key.game, "version": prompt.version,
        "active": prompt.is_active, "why": why });
    Act { action, target: format!("prompt:{}", prompt.id.0), before: None, after: Some(after) }
}
