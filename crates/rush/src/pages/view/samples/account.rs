//! Forms of accounts, profile, outbox.

use super::super::{
    Field, ForgotPage, LeavePage, LoginPage, Mail, Notice, OutboxPage, PeoplePage, PersonRow, ProfilePage,
    RegisterPage, ResetPage,
};
use super::parts::{bangkok, shell, shell_of_mali};
use super::{Drawn, drawn};
use web::shell::Tone;

pub fn all() -> Vec<Drawn> {
    let mut pages = vec![
        drawn("register", &register(Field::default())),
        drawn(
            "register-wrong",
            &register(Field::of("mali@example.test").wrong("There is an account with this address already.")),
        ),
        drawn("login", &login(None)),
        drawn(
            "login-wrong",
            &login(Some(Notice::new(
                Tone::Bad,
                "That did not fit",
                "Address or password is wrong. After ten tries we pause for 15 minutes.",
            ))),
        ),
        drawn("profile", &profile()),
        drawn("people", &people()),
    ];
    pages.extend(passwords());
    pages.extend(outboxes());
    pages
}

fn register(email: Field) -> RegisterPage {
    RegisterPage {
        shell: shell("Create an account"),
        next: "/rush/events".into(),
        name: Field::of("Mali"),
        email,
        password: Field::default(),
        notice: None,
    }
}

fn login(notice: Option<Notice>) -> LoginPage {
    let demo = vec![("mali@example.test".into(), "Lamp-lit-7".into())];
    LoginPage {
        shell: shell("Log in"),
        next: "/rush".into(),
        email: Field::of("mali@example.test"),
        notice,
        demo,
    }
}

fn passwords() -> Vec<Drawn> {
    let forgot = |sent| ForgotPage {
        shell: shell("Forgot"),
        email: Field::of("mali@example.test"),
        sent,
        outbox_href: Some("/rush/outbox"),
        notice: None,
    };
    let reset = |token: &str| ResetPage {
        shell: shell("Reset"),
        token: token.into(),
        password: Field::default(),
        notice: None,
    };
    vec![
        drawn("forgot", &forgot(false)),
        drawn("forgot-sent", &forgot(true)),
        drawn("reset", &reset("token")),
        drawn("reset-spent", &reset("")),
    ]
}

fn people() -> PeoplePage {
    PeoplePage {
        shell: shell("People and their roles"),
        shop: "Lamplight Hall".into(),
        search: "mali".into(),
        people: vec![PersonRow {
            id: "sample-id".into(),
            email: "mali@example.test".into(),
            name: "Mali Srisai".into(),
            role: "organizer".into(),
        }],
    }
}

fn profile() -> ProfilePage {
    ProfilePage {
        shell: shell_of_mali("Your account"),
        email: "mali@example.test".into(),
        name: Field::of("Mali Srisai"),
        phone: Field::of("+66 2 000 0000"),
        current_password: Field::default().wrong("This is not your present password."),
        new_password: Field::default(),
        notice: None,
        runs_events: true,
        runs_platform: false,
    }
}

fn leave(token: Option<String>) -> LeavePage {
    LeavePage { shell: shell("No more of these mails"), email: "mali@example.test".into(), token }
}

fn outboxes() -> Vec<Drawn> {
    let mail = Mail {
        to: "mali@example.test".into(),
        subject: "Choose a new password".into(),
        body: "Hello Mali,\n\nfollow the link within 30 minutes.\n".into(),
        when: bangkok(0, 0),
        link: Some("/rush/reset-password?token=abc".into()),
        stands: "sent; the server said: 250 2.0.0 kept as 1".into(),
    };
    vec![
        drawn("outbox", &OutboxPage { shell: shell("Mail"), mails: vec![mail.clone(), mail], server: None }),
        drawn("outbox-empty", &OutboxPage { shell: shell("Mail"), mails: vec![], server: None }),
        drawn("leave", &leave(Some("token".into()))),
        drawn("leave-done", &leave(None)),
    ]
}
