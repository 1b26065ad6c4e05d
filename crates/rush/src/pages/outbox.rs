//! `/rush/outbox`: mail the demonstration did not send. Nowhere else is there such a page.

use super::state::PagesState;
use super::view::{Mail, OutboxPage, When};
use super::visitor::Visitor;
use crate::usecase::mails_newest;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::Refusal;
use web::Refused;

/// Shows the newest mails.
pub async fn show(State(state): State<PagesState>, visitor: Visitor) -> Result<Response, Refused> {
    if state.parts.demo.is_none() {
        return Err(Refusal::not_found("page").into());
    }
    let zone = visitor.tenant.fields.settings.timezone.clone();
    let mails = mails_newest::run(&state.app).await?;
    let mails = mails.into_iter().map(|mail| Mail {
        to: mail.recipient,
        subject: mail.subject,
        link: link_in(&mail.body),
        body: mail.body,
        when: When::new(mail.created_at, &zone),
    });
    let page = OutboxPage { shell: visitor.shell("Mail"), mails: mails.collect() };
    Ok(visitor.answer(StatusCode::OK, &page))
}

/// The path of the first link of ours in a text, whatever host it names.
fn link_in(body: &str) -> Option<String> {
    let line = body.lines().find(|line| line.starts_with("http://") || line.starts_with("https://"))?;
    let path = &line[line.find("/rush/")?..];
    (super::redirect::safe_return_to(path) == path).then(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_link_of_a_mail_is_followed_on_this_site() {
        let mail = "Hello,\n\nhttp://tickets.example/rush/reset-password?token=abc\n";
        assert_eq!(link_in(mail).as_deref(), Some("/rush/reset-password?token=abc"));
        assert_eq!(link_in("https://evil.example/other"), None);
    }
}
