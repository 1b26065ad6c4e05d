//! Sending what is due: claim, write, hand over, record.

use crate::attachment::{Branding, Extras};
use crate::attempts::Outcome;
use crate::claim::{Claimed, any_due, claim};
use crate::compose::{Parts, compose};
use crate::kind::Kind;
use crate::message::Message;
use crate::pace::Paces;
use crate::save::{Ended, save};
use crate::settings::Settings;
use crate::smtp;
use crate::template::{Rendered, render};
use crate::templates::{self, Template};
use crate::unsubscribe;
use futures_util::StreamExt as _;
use futures_util::stream;
use kernel::{Clock, PublicIds, Timestamp};
use parking_lot::Mutex;
use rand::Rng as _;
use std::sync::Arc;
use store::{Store, StoreError, Tx};

/// Mails that are handed over at the same time.
const AT_ONCE: usize = 8;
/// The colour of the platform's buttons.
const COLOR: &str = "#a8321f";

/// What a mailer is made of.
pub struct MailerParts {
    /// The stall's database.
    pub store: Store,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// The codec of public ids; it makes Message-IDs.
    pub public: PublicIds,
    /// How mail leaves.
    pub settings: Settings,
    /// Where pages are, without a slash at the end.
    pub public_url: String,
    /// Every kind of mail of the stall.
    pub kinds: &'static [&'static Kind],
    /// What the stall adds.
    pub extras: Arc<dyn Extras>,
}

/// Sends the mails of one stall. Cloning shares everything.
#[derive(Clone)]
pub struct Mailer {
    parts: Arc<MailerParts>,
    paces: Arc<Mutex<Paces>>,
}

/// A mail with what it is written with.
struct Job {
    message: Message,
    template: Option<Template>,
    is_unsubscribed: bool,
}

impl Mailer {
    /// A mailer that has sent nothing yet.
    #[must_use]
    pub fn new(parts: MailerParts) -> Self {
        Self { parts: Arc::new(parts), paces: Arc::default() }
    }

    /// The kind of that name.
    #[must_use]
    pub fn kind(&self, name: &str) -> Option<&'static Kind> {
        self.parts.kinds.iter().find(|kind| kind.name == name).copied()
    }

    /// Every kind.
    #[must_use]
    pub fn kinds(&self) -> &'static [&'static Kind] {
        self.parts.kinds
    }

    /// Whether no server is configured: nothing leaves this machine.
    #[must_use]
    pub fn is_dry_run(&self) -> bool {
        self.parts.settings.server.is_none()
    }

    /// Sends what is due, at most a few dozen; how many mails moved. Run it until it says 0. One run at a time keeps the rates;
    /// two at once still send no mail twice. Errors: the store.
    pub async fn run(&self) -> Result<usize, StoreError> {
        let now = self.parts.clock.now();
        if !self.parts.store.read(move |tx| any_due(tx, now)).await? {
            return Ok(0);
        }
        let (jobs, delayed) = self.claim(now).await?;
        let moved = jobs.len() + delayed;
        metrics::counter!("mail_delayed_total").increment(delayed as u64);
        let ended: Vec<Ended> =
            stream::iter(jobs).map(|job| self.attempt(job)).buffer_unordered(AT_ONCE).collect().await;
        for one in &ended {
            metrics::counter!("mail_attempts_total", "outcome" => one.outcome.as_str()).increment(1);
            log(one);
        }
        let now = self.parts.clock.now();
        let save_all = move |tx: &mut Tx<'_>| ended.iter().try_for_each(|one| save(tx, one, now));
        self.parts.store.write::<_, StoreError, _>(save_all).await?;
        Ok(moved)
    }

    async fn claim(&self, now: Timestamp) -> Result<(Vec<Job>, usize), StoreError> {
        let (paces, limits) = (self.paces.lock().clone(), self.parts.settings.limits);
        let me = self.clone();
        let work = move |tx: &mut Tx<'_>| {
            let Claimed { messages, delayed, paces } = claim(tx, &paces, now, &limits)?;
            let jobs: Result<Vec<_>, StoreError> =
                messages.into_iter().map(|message| me.job(tx, message)).collect();
            Ok::<_, StoreError>((jobs?, delayed, paces))
        };
        let (jobs, delayed, paces) = self.parts.store.write(work).await?;
        *self.paces.lock() = paces;
        Ok((jobs, delayed))
    }

    fn job(&self, tx: &mut Tx<'_>, message: Message) -> Result<Job, StoreError> {
        let Some(kind) = self.kind(&message.kind) else {
            return Ok(Job { message, template: None, is_unsubscribed: false });
        };
        let template = Some(templates::active(tx, message.tenant, kind, &message.locale)?);
        let list = kind.list;
        let left = list.map(|list| unsubscribe::has(tx, message.tenant, list, &message.recipient));
        Ok(Job { message, template, is_unsubscribed: left.transpose()?.unwrap_or(false) })
    }

    async fn attempt(&self, job: Job) -> Ended {
        let mut version = 0;
        let (outcome, answer) = match self.write(&job, &mut version) {
            Err(sentence) => (Outcome::Unsendable, sentence),
            Ok(mail) => self.hand_over(&mail).await,
        };
        let jitter = rand::rng().random_range(0.0..=1.0);
        Ended { message: job.message, outcome, answer, version, jitter }
    }

    /// The mail of a job, and the version of the template it was written with. Errors: a sentence; it can never be sent.
    fn write(&self, job: &Job, version: &mut i64) -> Result<lettre::Message, String> {
        let Job { message, template, is_unsubscribed } = job;
        let kind = self.kind(&message.kind).ok_or("this program does not know this kind of mail")?;
        if *is_unsubscribed {
            return Err("the recipient has left this list".to_owned());
        }
        let template = template.clone().unwrap_or_else(|| templates::of_program(kind, &message.locale));
        let rendered = rendered(kind, message, template, version)?;
        let public_id = self.parts.public.encode(message.id);
        let extras = &self.parts.extras;
        let attachments = extras.attachments(message).unwrap_or_else(|error| {
            tracing::error!(mail = public_id, error, "a mail goes without its attachment");
            Vec::new()
        });
        compose(Parts {
            settings: &self.parts.settings,
            message,
            public_id: &public_id,
            rendered: &rendered,
            branding: &extras.branding(message.tenant).unwrap_or_else(|| self.platform()),
            unsubscribe: kind.list.and_then(|list| extras.unsubscribe_link(message, list)),
            attachments,
            now: self.parts.clock.now(),
        })
    }

    fn platform(&self) -> Branding {
        Branding {
            name: self.parts.settings.from_name.clone(),
            reply_to: None,
            color: COLOR.to_owned(),
            url: self.parts.public_url.clone(),
        }
    }

    async fn hand_over(&self, mail: &lettre::Message) -> (Outcome, String) {
        let Settings { server, site, .. } = &self.parts.settings;
        let Some(server) = server else {
            return (
                Outcome::DryRun,
                "dry run: no server is configured, nothing left this machine".to_owned(),
            );
        };
        smtp::send(server, site, (mail.envelope(), &mail.formatted())).await
    }
}

/// The mail in words. A template of an operator's that cannot be rendered is passed over for the program's text: the mail goes.
fn rendered(
    kind: &Kind,
    message: &Message,
    template: Template,
    version: &mut i64,
) -> Result<Rendered, String> {
    *version = template.version;
    let own = render(kind, (&template.subject, &template.body), &message.data);
    let fault = match own {
        Ok(rendered) => return Ok(rendered),
        Err(fault) if template.version == 0 => return Err(fault.0),
        Err(fault) => fault,
    };
    tracing::error!(kind = kind.name, version = *version, %fault, "a template cannot be rendered; the program's text is sent");
    *version = 0;
    let text = kind.text(&message.locale);
    render(kind, (text.subject, text.body), &message.data).map_err(|fault| fault.0)
}

/// No address and no text: a mail is known by its number.
fn log(ended: &Ended) {
    let Ended { message, outcome, answer, .. } = ended;
    let (mail, kind, outcome) = (message.id.0, message.kind.as_str(), outcome.as_str());
    match ended.outcome {
        Outcome::Accepted | Outcome::DryRun => tracing::debug!(mail, kind, outcome, "a mail was handled"),
        Outcome::Deferred | Outcome::InDoubt => {
            tracing::warn!(mail, kind, outcome, attempts = message.attempts, "a mail waits for its next try");
        }
        Outcome::Bounced => tracing::warn!(mail, kind, outcome, "a mail was refused for good"),
        Outcome::Unsendable => tracing::error!(mail, kind, outcome, answer, "a mail cannot be sent"),
    }
}
