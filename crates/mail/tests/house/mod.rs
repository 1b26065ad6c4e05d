//! A mailer over a fresh database, with a simulated server and a standing clock.

use kernel::{Clock as _, ManualClock, PublicIds, TenantId, Timestamp};
use mail::{
    Attachment, Attempt, Branding, Extras, Kind, Limits, MailFault, MailId, Mailer, MailerParts, Message,
    NewMail, Queued, Server, Settings, Text, Tls, Variable,
};
use mock::smtp::SimulatedSmtp;
use std::sync::Arc;
use std::time::Duration;
use store::{Store, StoreError, Tx};

const VARIABLES: &[Variable] = &[
    Variable { name: "name", about: "who", sample: "Ann" },
    Variable { name: "event_name", about: "what", sample: "Dusk" },
];
const TEXTS: &[Text] = &[
    Text {
        locale: "en",
        subject: "Your ticket: {{ event_name }}",
        body: "Hello {{ name }},\n\n{{ event_name }}",
    },
    Text {
        locale: "th", subject: "ตั๋วของคุณ: {{ event_name }}", body: "สวัสดี {{ name }}\n\n{{ event_name }}"
    },
];

const fn kind(name: &'static str) -> Kind {
    Kind {
        name,
        about: "a test",
        variables: VARIABLES,
        texts: TEXTS,
        list: None,
        is_bulk: false,
        secret_for_s: None,
    }
}

pub static TICKET: Kind = kind("ticket");
pub static REMINDER: Kind = Kind { list: Some("reminders"), is_bulk: true, ..kind("reminder") };
pub static RESET: Kind = Kind { secret_for_s: Some(1_800), ..kind("reset") };

static KINDS: &[&Kind] = &[&TICKET, &REMINDER, &RESET];

/// A mail in Thai to `recipient`.
pub fn new_mail(id: i64, kind: &'static Kind, about: &str, recipient: &str) -> NewMail {
    let now = testkit::standing_clock().now();
    NewMail {
        id,
        kind,
        tenant: None,
        user: None,
        about: Some(about.to_owned()),
        recipient: recipient.to_owned(),
        locale: "th".to_owned(),
        data: kind.samples(),
        now,
        due_at: now,
    }
}

struct Leave;

impl Extras for Leave {
    fn branding(&self, _: Option<TenantId>) -> Option<Branding> {
        None
    }

    fn attachments(&self, _: &Message) -> Result<Vec<Attachment>, String> {
        Ok(Vec::new())
    }

    fn unsubscribe_link(&self, _: &Message, list: &str) -> Option<String> {
        Some(format!("http://localhost/leave/{list}"))
    }
}

pub struct House {
    pub mailer: Mailer,
    pub smtp: SimulatedSmtp,
    pub store: Store,
    clock: Arc<ManualClock>,
    _shutdown: web::Shutdown,
}

impl House {
    pub async fn open(store: Store) -> Self {
        Self::with(store, true).await
    }

    /// One without a server.
    pub async fn dry(store: Store) -> Self {
        Self::with(store, false).await
    }

    async fn with(store: Store, has_server: bool) -> Self {
        let (shutdown, closing) = web::shutdown();
        let smtp = mock::smtp::start(std::net::SocketAddr::from(([127, 0, 0, 1], 0)), closing)
            .await
            .expect("it listens");
        let clock = testkit::standing_clock();
        let address = smtp.smtp_address();
        let server = has_server.then(|| Server {
            host: address.ip().to_string(),
            port: address.port(),
            user: String::new(),
            password: String::new(),
            tls: Tls::None,
            connect_timeout: Duration::from_secs(20),
            send_timeout: Duration::from_secs(20),
        });
        let mailer = Mailer::new(MailerParts {
            store: store.clone(),
            clock: clock.clone(),
            public: PublicIds::new([7; 16]),
            settings: Settings { server, limits: Limits::default(), ..Settings::default() },
            public_url: "http://localhost".to_owned(),
            kinds: KINDS,
            extras: Arc::new(Leave),
        });
        Self { mailer, smtp, store, clock, _shutdown: shutdown }
    }

    /// Sends until nothing is due.
    pub async fn run(&self) {
        while self.mailer.run().await.expect("the store answers") > 0 {}
    }

    pub async fn write<T: Send + 'static>(
        &self,
        work: impl Fn(&mut Tx<'_>, Timestamp) -> Result<T, StoreError> + Send + 'static,
    ) -> T {
        let now = self.clock.now();
        self.store.write(move |tx| work(tx, now)).await.expect("the store answers")
    }

    pub async fn queue(&self, mails: Vec<NewMail>) -> Vec<Queued> {
        self.write(move |tx, _| mails.iter().map(|one| mail::queue(tx, one)).collect()).await
    }

    pub async fn save(&self, draft: mail::templates::Draft) -> Result<i64, MailFault> {
        self.write(move |tx, now| mail::templates::save(tx, &draft, now)).await
    }

    pub async fn mail(&self, id: i64) -> Message {
        self.write(move |tx, _| mail::by_id(tx, MailId(id))).await.expect("it is there")
    }

    pub async fn attempts(&self, id: i64) -> Vec<Attempt> {
        self.write(move |tx, _| mail::attempts(tx, MailId(id))).await
    }

    pub async fn resend(&self, id: i64) -> bool {
        self.write(move |tx, now| mail::resend(tx, MailId(id), now)).await
    }

    pub fn advance(&self, seconds: i64) {
        self.clock.advance_secs(seconds);
    }

    /// Microseconds from now to `moment`.
    pub fn clock_us(&self, moment: Timestamp) -> i64 {
        moment.as_micros() - self.clock.now().as_micros()
    }
}
