//! Ten failures close an account, known or not, and an address; nobody learns more than that.

use crate::harness::{Answer, House, PASSWORD};
use axum::http::Method;
use serde_json::json;

testkit::on_both_backends! {
    through crate::harness:
    ten_failures_close_an_account_for_a_quarter_of_an_hour;
    an_unknown_account_closes_in_the_same_words;
    a_right_password_forgets_the_failures_before_it;
    guesses_at_many_accounts_close_the_address_to_accounts_that_were_guessed_at;
    a_device_that_logged_in_before_is_not_locked_out_by_strangers;
    one_budget_counts_the_guesses_on_every_site;
    guesses_sent_all_at_once_are_no_more_than_ten;
    saturated_workers_answer_503_and_count_no_failure;
}

async fn guess(house: &House, email: &str) -> Answer {
    house.login(email, "Wrong-horse1").await
}

async fn ten_failures_close_an_account_for_a_quarter_of_an_hour(house: House) {
    house.register("ann@example.com").await;
    for attempt in 1..=10 {
        assert_eq!(guess(&house, "Ann@example.com").await.says(), (401, "INVALID_CREDENTIALS"), "{attempt}");
    }
    for password in ["Wrong-horse1", PASSWORD] {
        let answer = house.login("ann@example.com", password).await;
        assert_eq!(answer.says(), (429, "ACCOUNT_LOCKED"));
        assert_eq!(answer.headers["retry-after"], "900");
    }
    house.clock.advance_secs(899);
    assert_eq!(house.login("ann@example.com", PASSWORD).await.says(), (429, "ACCOUNT_LOCKED"));
    house.clock.advance_secs(1);
    assert_eq!(house.login("ann@example.com", PASSWORD).await.status, 200);
}

async fn an_unknown_account_closes_in_the_same_words(house: House) {
    house.register("ann@example.com").await;
    let mut told = Vec::new();
    for (email, ip) in [("ann@example.com", "198.51.100.1"), ("nobody@example.com", "198.51.100.2")] {
        let mut answers = Vec::new();
        for _ in 0..12 {
            let body = json!({ "email": email, "password": "Wrong-horse1" });
            let answer = house.request(Method::POST, "/auth/login").peer_ip(ip).json(&body).send().await;
            answers.push((answer.status, answer.text));
        }
        told.push(answers);
    }
    assert_eq!(told[0], told[1]);
    assert_eq!(told[0][11].0, 429);
}

async fn a_right_password_forgets_the_failures_before_it(house: House) {
    house.register("ann@example.com").await;
    for _ in 0..9 {
        guess(&house, "ann@example.com").await;
    }
    assert_eq!(house.login("ann@example.com", PASSWORD).await.status, 200);
    for _ in 0..5 {
        assert_eq!(guess(&house, "ann@example.com").await.says(), (401, "INVALID_CREDENTIALS"));
    }
    assert_eq!(house.login("ann@example.com", PASSWORD).await.status, 200);
}

async fn guesses_at_many_accounts_close_the_address_to_accounts_that_were_guessed_at(house: House) {
    house.register("ann@example.com").await;
    house.register("ben@example.com").await;
    for number in 0..15 {
        let email =
            if number == 0 { "ben@example.com".to_owned() } else { format!("user{number}@example.com") };
        assert_eq!(guess(&house, &email).await.says(), (401, "INVALID_CREDENTIALS"), "{number}");
    }
    assert_eq!(house.login("ben@example.com", PASSWORD).await.says(), (429, "ACCOUNT_LOCKED"));
    let ann = house.login("ann@example.com", PASSWORD).await;
    assert_eq!(ann.status, 200, "that others at the address failed keeps nobody out");
    let body = json!({ "email": "ben@example.com", "password": PASSWORD });
    let elsewhere =
        house.request(Method::POST, "/auth/login").peer_ip("198.51.100.9").json(&body).send().await;
    assert_eq!(elsewhere.status, 200);
}

async fn a_device_that_logged_in_before_is_not_locked_out_by_strangers(house: House) {
    house.register("ann@example.com").await;
    house.register("ben@example.com").await;
    let device = |answer: &Answer| {
        let mut cookies = answer.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
        let cookie = cookies.find(|cookie| cookie.starts_with("fg_device=")).unwrap();
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
        cookie.split(';').next().unwrap().to_owned()
    };
    let ann = device(&house.login("ann@example.com", PASSWORD).await);
    let ben = device(&house.login("ben@example.com", PASSWORD).await);
    for _ in 0..11 {
        guess(&house, "ann@example.com").await;
    }
    let with = |cookie: String, password: &'static str| {
        let body = json!({ "email": "ann@example.com", "password": password });
        house.request(Method::POST, "/auth/login").header("cookie", &cookie).json(&body).send()
    };
    assert_eq!(house.login("ann@example.com", PASSWORD).await.says(), (429, "ACCOUNT_LOCKED"));
    for forged in [ben, ann.replace('.', "_"), format!("{ann}x"), "fg_device=.".to_owned()] {
        assert_eq!(with(forged.clone(), PASSWORD).await.says(), (429, "ACCOUNT_LOCKED"), "{forged}");
    }
    assert_eq!(with(ann.clone(), PASSWORD).await.status, 200, "the owner's device");
    // It has a budget too, and using that up closes nothing but the device.
    for _ in 0..10 {
        assert_eq!(with(ann.clone(), "Wrong-horse1").await.says(), (401, "INVALID_CREDENTIALS"));
    }
    assert_eq!(with(ann, PASSWORD).await.says(), (429, "ACCOUNT_LOCKED"));
}

async fn one_budget_counts_the_guesses_on_every_site(house: House) {
    house.user("root@example.com", rush::domain::role::SUPER_ADMIN, None).await;
    let sites = [Some(crate::harness::TENANT), Some(kernel::TenantId(8)), None];
    let mut looked_at = 0;
    for number in 0..30 {
        let credentials = rush::usecase::auth_login::Credentials {
            site: sites[number % 3],
            email: "root@example.com".into(),
            password: "Wrong-horse1".into(),
        };
        let refused =
            rush::usecase::auth_login::run(&house.app, credentials, crate::harness::page_context()).await;
        looked_at += usize::from(refused.unwrap_err().code == "INVALID_CREDENTIALS");
    }
    assert_eq!(looked_at, 10);
}

async fn guesses_sent_all_at_once_are_no_more_than_ten(house: House) {
    house.register("ann@example.com").await;
    // Each from an address of its own, so that the line of none is full.
    let guesses = (0..40).map(|number| {
        let body = json!({ "email": "ann@example.com", "password": "Wrong-horse1" });
        house.request(Method::POST, "/auth/login").peer_ip(&format!("10.0.0.{number}")).json(&body).send()
    });
    let answers = join_all(guesses).await;
    let looked_at = answers.iter().filter(|answer| answer.status == 401).count();
    let closed = answers.iter().filter(|answer| answer.status == 429).count();
    assert_eq!((looked_at, closed), (10, 30));
}

async fn saturated_workers_answer_503_and_count_no_failure(house: House) {
    house.register("ann@example.com").await;
    // More callers than one worker and its queue take; each at an account and an address of its own.
    let one = |number: usize| {
        let body = json!({ "email": format!("user{number}@example.com"), "password": PASSWORD });
        let ask = house.request(Method::POST, "/auth/login").peer_ip(&format!("10.0.0.{number}"));
        ask.json(&body).send()
    };
    let busy = house.app.identity.passwords().clone();
    let holding = (0..17).map(|_| busy.hash(PASSWORD, ""));
    let (_, answers) = tokio::join!(join_all(holding), join_all((0..100).map(one)));
    for answer in &answers {
        let says = answer.says();
        assert!(says == (401, "INVALID_CREDENTIALS") || says == (503, "SERVICE_UNAVAILABLE"), "{says:?}");
    }
    let saturated: Vec<_> = answers.iter().filter(|answer| answer.status == 503).collect();
    assert!(saturated.iter().all(|answer| answer.headers.contains_key("retry-after")));
    assert_eq!(house.login("ann@example.com", PASSWORD).await.status, 200);
}

async fn join_all<F: Future>(work: impl Iterator<Item = F>) -> Vec<F::Output> {
    futures_util::future::join_all(work).await
}
