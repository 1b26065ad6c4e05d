//! Mails from their row to a server: once, after every kind of answer, within the limits, and never lost.

mod house;

use house::{House, REMINDER, RESET, TICKET, new_mail};
use kernel::TenantId;
use mail::templates::{self, Draft, Slot, TemplateState};
use mail::unsubscribe::{self, Leaving};
use mail::{MailId, Outcome, Queued, State};
use mock::smtp::Fault;
use store::Store;

testkit::on_both_backends! {
    a_mail_is_sent_once_for_each_kind_and_thing with [mail::MIGRATIONS];
    a_mail_that_is_told_later_is_tried_after_one_two_and_four_seconds with [mail::MIGRATIONS];
    a_refused_mailbox_is_a_bounce_and_a_server_that_is_away_is_not with [mail::MIGRATIONS];
    a_mail_whose_answer_was_cut_off_goes_out_again_under_its_message_id with [mail::MIGRATIONS];
    a_process_that_ends_between_the_mail_and_its_answer_loses_nothing_and_hides_nothing with [mail::MIGRATIONS];
    the_eleventh_mail_of_an_hour_waits_and_comes with [mail::MIGRATIONS];
    a_burst_of_one_tenant_is_spread_over_seconds_and_holds_nobody_else_up with [mail::MIGRATIONS];
    an_operators_text_is_a_version_and_a_bad_one_is_refused with [mail::MIGRATIONS];
    who_left_a_list_gets_no_more_of_it_and_every_receipt with [mail::MIGRATIONS];
    a_dry_run_sends_nothing_and_what_it_wrote_can_be_sent_later with [mail::MIGRATIONS];
    a_secret_is_forgotten_when_it_is_over with [mail::MIGRATIONS];
}

async fn a_mail_is_sent_once_for_each_kind_and_thing(store: Store) {
    let house = House::open(store).await;
    let queued = house.queue(vec![
        new_mail(1, &TICKET, "booking:7", "ann@example.com"),
        new_mail(2, &TICKET, "booking:7", "ann@example.com"),
        new_mail(3, &REMINDER, "booking:7", "ann@example.com"),
    ]);
    assert_eq!(queued.await, [Queued::New, Queued::Known, Queued::New]);
    house.run().await;
    house.run().await;
    let mut mails = house.smtp.mails();
    assert_eq!(mails.len(), 2);
    // What is handed over at the same time arrives in any order.
    mails.sort_by_key(|mail| mail.header("List-Unsubscribe"));
    assert_eq!(mails[0].to, ["ann@example.com"]);
    assert_eq!(mails[0].header("Subject"), "ตั๋วของคุณ: Dusk");
    assert!(mails[0].text().contains("สวัสดี Ann"), "{}", mails[0].text());
    assert!(
        mails[0].header("List-Unsubscribe").is_empty()
            && mails[0].header("Auto-Submitted") == "auto-generated"
    );
    assert_eq!(mails[1].header("List-Unsubscribe"), "<http://localhost/leave/reminders>");
    assert_eq!(mails[1].header("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
    let sent = house.mail(1).await;
    assert_eq!((sent.state, sent.attempts, sent.template_version), (State::Sent, 1, Some(0)));
    assert!(sent.answer.is_some_and(|answer| answer.contains("kept as")));
}

async fn a_mail_that_is_told_later_is_tried_after_one_two_and_four_seconds(store: Store) {
    let house = House::open(store).await;
    house.queue(vec![new_mail(1, &TICKET, "booking:7", "ann@example.com")]).await;
    house.smtp.set_fault(Fault::Later);
    for seconds in [1, 2, 4] {
        house.run().await;
        let waits = house.mail(1).await;
        let pause = house.clock_us(waits.due_at);
        assert!((seconds * 1_000_000..=seconds * 1_000_000 + 500_000).contains(&pause), "{pause}");
        house.run().await;
        assert_eq!(house.mail(1).await.attempts, waits.attempts, "nobody hurries");
        house.advance(seconds + 1);
    }
    house.smtp.set_fault(Fault::None);
    house.run().await;
    let sent = house.mail(1).await;
    assert_eq!((sent.state, sent.attempts, house.smtp.mails().len()), (State::Sent, 4, 1));
    let outcomes: Vec<_> = house.attempts(1).await.iter().filter_map(|one| one.outcome).collect();
    assert_eq!(outcomes, [Outcome::Deferred, Outcome::Deferred, Outcome::Deferred, Outcome::Accepted]);
}

async fn a_refused_mailbox_is_a_bounce_and_a_server_that_is_away_is_not(store: Store) {
    let house = House::open(store).await;
    house.queue(vec![new_mail(1, &TICKET, "booking:7", "ann@example.com")]).await;
    house.smtp.set_fault(Fault::Down);
    house.run().await;
    assert_eq!(house.mail(1).await.state, State::Queued);
    house.smtp.set_fault(Fault::NoMailbox);
    house.advance(2);
    house.run().await;
    let bounced = house.mail(1).await;
    assert_eq!(bounced.state, State::Bounced);
    assert!(bounced.answer.is_some_and(|answer| answer.contains("550")));
    // An address that no mail can be sent to fails at once, and stops nothing.
    house.smtp.set_fault(Fault::None);
    house
        .queue(vec![
            new_mail(2, &TICKET, "booking:8", "not an address\nBcc: x@example.com"),
            new_mail(3, &TICKET, "booking:9", "bob@example.com"),
        ])
        .await;
    house.run().await;
    assert_eq!([house.mail(2).await.state, house.mail(3).await.state], [State::Failed, State::Sent]);
}

async fn a_mail_whose_answer_was_cut_off_goes_out_again_under_its_message_id(store: Store) {
    let house = House::open(store).await;
    house.queue(vec![new_mail(1, &TICKET, "booking:7", "ann@example.com")]).await;
    house.smtp.set_fault(Fault::DropsAfterData);
    house.run().await;
    let waits = house.mail(1).await;
    assert_eq!((waits.state, house.attempts(1).await[0].outcome), (State::Queued, Some(Outcome::InDoubt)));
    house.smtp.set_fault(Fault::None);
    house.advance(2);
    house.run().await;
    assert_eq!(house.mail(1).await.state, State::Sent);
    let ids: Vec<_> = house.smtp.mails().iter().map(|mail| mail.header("Message-ID")).collect();
    assert!(ids.len() == 2 && ids[0] == ids[1] && ids[0].ends_with("@localhost>"), "{ids:?}");
    // What an operator sends again is another mail to mail programs.
    assert!(house.resend(1).await);
    assert!(!house.resend(1).await, "it waits already");
    house.run().await;
    let again = house.smtp.mails().pop().expect("a third").header("Message-ID");
    assert!(again != ids[0] && house.mail(1).await.resends == 1, "{again}");
}

async fn a_process_that_ends_between_the_mail_and_its_answer_loses_nothing_and_hides_nothing(store: Store) {
    let house = House::open(store).await;
    house.queue(vec![new_mail(1, &TICKET, "booking:7", "ann@example.com")]).await;
    house.smtp.set_fault(Fault::Slow);
    let mailer = house.mailer.clone();
    let run = tokio::spawn(async move { mailer.run().await });
    while house.smtp.mails().is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    run.abort();
    let _cut_off = run.await;
    house.smtp.set_fault(Fault::None);
    assert_eq!(house.mail(1).await.state, State::Queued);
    house.run().await;
    assert_eq!(house.smtp.mails().len(), 1, "it is still claimed");
    house.advance(121);
    house.run().await;
    let attempts = house.attempts(1).await;
    assert_eq!((attempts[0].ended_at, attempts[0].outcome), (None, None), "the cut shows");
    assert_eq!(attempts[1].outcome, Some(Outcome::Accepted));
    let mails = house.smtp.mails();
    assert_eq!(mails.len(), 2);
    assert_eq!(mails[0].header("Message-ID"), mails[1].header("Message-ID"));
}

async fn the_eleventh_mail_of_an_hour_waits_and_comes(store: Store) {
    let house = House::open(store).await;
    let to_ann = |id| new_mail(id, &TICKET, &format!("booking:{id}"), "ann@example.com");
    let mut mails: Vec<_> = (1..=12).map(to_ann).collect();
    mails.push(new_mail(13, &TICKET, "booking:13", "bob@example.com"));
    house.queue(mails).await;
    house.run().await;
    assert_eq!(house.smtp.mails().len(), 11);
    assert_eq!(house.mail(13).await.state, State::Sent);
    house.advance(3_599);
    house.run().await;
    assert_eq!(house.smtp.mails().len(), 11);
    house.advance(2);
    house.run().await;
    assert_eq!(house.smtp.mails().len(), 13);
}

async fn a_burst_of_one_tenant_is_spread_over_seconds_and_holds_nobody_else_up(store: Store) {
    let house = House::open(store).await;
    let of_seven = |id| mail::NewMail {
        tenant: Some(TenantId(7)),
        ..new_mail(id, &TICKET, &format!("booking:{id}"), &format!("buyer{id}@example.com"))
    };
    let mut mails: Vec<_> = (1..=90).map(of_seven).collect();
    mails.push(mail::NewMail { tenant: Some(TenantId(8)), ..of_seven(91) });
    house.queue(mails).await;
    house.run().await;
    assert_eq!(house.smtp.mails().len(), 52, "a second's worth of one, and the other's");
    assert_eq!(house.mail(91).await.state, State::Sent);
    house.advance(1);
    house.run().await;
    assert_eq!(house.smtp.mails().len(), 91);
}

async fn an_operators_text_is_a_version_and_a_bad_one_is_refused(store: Store) {
    let house = House::open(store).await;
    let draft = |subject: &str, body: &str| Draft {
        tenant: Some(TenantId(7)),
        kind: &TICKET,
        locale: "en".to_owned(),
        subject: subject.to_owned(),
        body: body.to_owned(),
        author: kernel::UserId(1),
    };
    let slot = Slot { tenant: Some(TenantId(7)), kind: "ticket", locale: "en" };
    let refused =
        house.save(draft("s", "{{ password_hash }}")).await.expect_err("a name it has no business with");
    assert!(refused.0.contains("cannot say 'password_hash'. It can say: name, event_name"), "{refused}");
    assert_eq!(house.save(draft("Yours: {{ event_name }}", "See you, {{ name }}.")).await, Ok(1));
    assert_eq!(house.save(draft("Two", "Two.")).await, Ok(2));
    assert!(house.write(move |tx, now| templates::activate(tx, slot, 1, now)).await);
    assert!(!house.write(move |tx, now| templates::activate(tx, slot, 9, now)).await);
    let to = |id, tenant, locale: &str| mail::NewMail {
        tenant: Some(TenantId(tenant)),
        locale: locale.to_owned(),
        ..new_mail(id, &TICKET, &format!("booking:{id}"), &format!("buyer{id}@example.com"))
    };
    house.queue(vec![to(1, 7, "en"), to(2, 8, "en"), to(3, 7, "th")]).await;
    house.run().await;
    let subject = |at: i64| {
        let to = format!("buyer{at}@example.com");
        house.smtp.mails().iter().find(|mail| mail.to == [to.clone()]).expect("it came").header("Subject")
    };
    assert_eq!([subject(1), subject(2), subject(3)], ["Yours: Dusk", "Your ticket: Dusk", "ตั๋วของคุณ: Dusk"]);
    assert_eq!(house.mail(1).await.template_version, Some(1));
    assert!(house.write(move |tx, now| templates::activate(tx, slot, 2, now)).await);
    let states = house.write(move |tx, _| templates::versions(tx, slot)).await;
    let states: Vec<_> = states.iter().map(|one| (one.version, one.state)).collect();
    assert_eq!(states, [(2, TemplateState::Active), (1, TemplateState::Retired)]);
    assert!(house.write(move |tx, now| templates::activate(tx, slot, 0, now)).await);
    let active = house.write(move |tx, _| templates::active(tx, slot.tenant, &TICKET, "en")).await;
    assert_eq!((active.version, active.author), (0, None));
}

async fn who_left_a_list_gets_no_more_of_it_and_every_receipt(store: Store) {
    let house = House::open(store).await;
    house.queue(vec![new_mail(1, &REMINDER, "booking:1", "ann@example.com")]).await;
    let leaving =
        Leaving { tenant: None, list: "reminders".to_owned(), recipient: "ann@example.com".to_owned() };
    house.write(move |tx, now| unsubscribe::leave(tx, &leaving, now)).await;
    let queued = house.queue(vec![
        new_mail(2, &REMINDER, "booking:2", "ann@example.com"),
        new_mail(3, &TICKET, "booking:2", "ann@example.com"),
        new_mail(4, &REMINDER, "booking:4", "bob@example.com"),
    ]);
    assert_eq!(queued.await, [Queued::Unsubscribed, Queued::New, Queued::New]);
    house.run().await;
    let mut sent: Vec<_> = house.smtp.mails().into_iter().flat_map(|mail| mail.to).collect();
    sent.sort_unstable();
    assert_eq!(sent, ["ann@example.com", "bob@example.com"]);
    // What waited when they left is not sent either, and says why.
    let kept_back = house.mail(1).await;
    assert_eq!(kept_back.state, State::Failed);
    assert!(kept_back.answer.is_some_and(|answer| answer.contains("left this list")));
}

async fn a_dry_run_sends_nothing_and_what_it_wrote_can_be_sent_later(store: Store) {
    let dry = House::dry(store.clone()).await;
    dry.queue(vec![new_mail(1, &TICKET, "booking:7", "ann@example.com")]).await;
    dry.run().await;
    assert_eq!((dry.mail(1).await.state, dry.mail(1).await.sent_at), (State::DryRun, None));
    let house = House::open(store).await;
    house.run().await;
    assert!(house.smtp.mails().is_empty());
    assert!(house.resend(1).await);
    house.run().await;
    assert_eq!(house.smtp.mails().len(), 1);
}

async fn a_secret_is_forgotten_when_it_is_over(store: Store) {
    let house = House::open(store).await;
    house
        .queue(vec![
            new_mail(1, &RESET, "user:1", "ann@example.com"),
            new_mail(2, &TICKET, "b", "ann@example.com"),
        ])
        .await;
    house.run().await;
    assert!(house.smtp.mails()[0].text().contains("Dusk"));
    house.advance(1_801);
    house.write(|tx, now| mail::purge(tx, now, 100)).await;
    assert!(house.mail(1).await.data.is_empty() && !house.mail(2).await.data.is_empty());
    assert!(!house.resend(1).await, "there is nothing left to send");
    house.advance(91 * 24 * 3600);
    house.write(|tx, now| mail::purge(tx, now, 100)).await;
    assert_eq!(house.write(|tx, _| mail::by_id(tx, MailId(2))).await, None);
    assert!(house.attempts(2).await.is_empty());
}
