//! The first operator: made on the command line, beside a running server and before there is one; and the roles they give.

use crate::process::{Piped, errors_of, run, text_of};
use serde_json::{Value, json};
use std::io::Write as _;
use testkit::http::Client;

const PASSWORD: &str = "Lamp-lit-7-operator";

fn password_file(folder: &tempfile::TempDir) -> String {
    let path = folder.path().join("password");
    let mut file = std::fs::File::create(&path).expect("a fresh folder can be written");
    writeln!(file, "{PASSWORD}").expect("written");
    path.display().to_string()
}

fn add(data: &str, more: &[&str]) -> std::process::Output {
    let usual = ["account", "add", "--stall", "rush", "--json", "--data", data];
    run(&[&usual[..], more].concat(), &[])
}

fn send(server: &Piped, method: &str, path: &str, token: &str, body: &Value) -> (u16, Value) {
    let bearer = format!("Bearer {token}");
    let key = format!("key-{method}-{path}-{body}");
    let mut headers = vec![("idempotency-key", &key[..key.len().min(60)])];
    if !token.is_empty() {
        headers.push(("authorization", &bearer));
    }
    let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
    let answer = Client::new(server.address).send(method, path, &headers, &body).expect("answers");
    (answer.status, serde_json::from_str(&answer.text).unwrap_or(Value::Null))
}

fn log_in(server: &Piped, email: &str, tenant: Option<&str>) -> String {
    let body = json!({ "email": email, "password": PASSWORD }).to_string();
    let headers: Vec<_> = tenant.map(|slug| ("x-tenant-slug", slug)).into_iter().collect();
    let answer = Client::new(server.address)
        .send("POST", "/rush/api/v1/auth/login", &headers, body.as_bytes())
        .expect("answers");
    assert_eq!(answer.status, 200, "{}", answer.text);
    let body: Value = serde_json::from_str(&answer.text).expect("JSON");
    body["data"]["access_token"].as_str().expect("a token").to_owned()
}

#[test]
fn an_operator_is_made_beside_a_running_server_and_gives_roles() {
    let folder = tempfile::tempdir().expect("the machine has a folder for temporary files");
    let data = folder.path().join("data").display().to_string();
    let file = password_file(&folder);
    let mut server = Piped::serve(&["--data", &data]);
    server.wait_until_ready();
    let operator = ["--role", "super_admin", "--email", "ops@example.test", "--password-file", &file];
    let output = add(&data, &operator);
    assert!(output.status.success(), "{}", errors_of(&output));
    let output = add(&data, &operator);
    assert_eq!(output.status.code(), Some(1), "the address is taken: {}", text_of(&output));

    let token = log_in(&server, "ops@example.test", None);
    let (status, tenant) =
        send(&server, "POST", "/rush/api/v1/tenants", &token, &json!({ "name": "Hall", "slug": "hall" }));
    assert_eq!(status, 201, "{tenant}");
    let organizer =
        ["--role", "organizer", "--tenant", "hall", "--email", "org@example.test", "--password-file", &file];
    let output = add(&data, &organizer);
    assert!(output.status.success(), "{}", errors_of(&output));
    let made: Value = serde_json::from_str(&text_of(&output)).expect("JSON");

    let before = log_in(&server, "org@example.test", Some("hall"));
    let path = format!("/rush/api/v1/users/{}/role", made["id"].as_str().expect("an id"));
    let (status, user) = send(&server, "PUT", &path, &token, &json!({ "role": "admin" }));
    assert_eq!((status, user["data"]["role"].as_str()), (200, Some("admin")), "{user}");
    let (status, _) = send(&server, "GET", "/rush/api/v1/auth/me", &before, &Value::Null);
    assert_eq!(status, 401, "a token that speaks of the old role is over");
    let admin = log_in(&server, "org@example.test", Some("hall"));
    let (status, _) = send(&server, "PUT", &path, &admin, &json!({ "role": "organizer" }));
    assert_eq!(status, 403, "the platform alone gives roles");
    let (status, refused) = send(&server, "PUT", &path, &token, &json!({ "role": "super_admin" }));
    assert_eq!(status, 400, "{refused}");
    let people =
        format!("/rush/api/v1/users?tenant_id={}&search=org", tenant["data"]["id"].as_str().expect("an id"));
    let (status, listed) = send(&server, "GET", &people, &token, &Value::Null);
    assert_eq!((status, listed["data"].as_array().map(Vec::len)), (200, Some(1)), "{listed}");
}

#[test]
fn an_operator_is_made_before_there_is_a_server_and_by_a_link_that_is_printed() {
    let folder = tempfile::tempdir().expect("the machine has a folder for temporary files");
    let data = folder.path().join("data").display().to_string();
    let output = add(&data, &["--role", "super_admin", "--email", "ops@example.test", "--link"]);
    assert!(output.status.success(), "{}", errors_of(&output));
    let made: Value = serde_json::from_str(&text_of(&output)).expect("JSON");
    let token = made["link"].as_str().and_then(|link| link.split("token=").nth(1)).expect("a link");
    let mut server = Piped::serve(&["--data", &data]);
    server.wait_until_ready();
    let reset = json!({ "token": token, "new_password": PASSWORD });
    let (status, answer) = send(&server, "POST", "/rush/api/v1/auth/reset-password", "", &reset);
    assert!((200..300).contains(&status), "{status} {answer}");
    assert!(!log_in(&server, "ops@example.test", None).is_empty());
}

#[test]
fn what_cannot_be_an_account_is_refused_by_name() {
    let folder = tempfile::tempdir().expect("the machine has a folder for temporary files");
    let data = folder.path().join("data").display().to_string();
    let file = password_file(&folder);
    for (more, code, word) in [
        (vec!["--role", "root", "--email", "a@example.test", "--link"], 1, "role"),
        (vec!["--role", "admin", "--email", "a@example.test", "--link"], 1, "tenant"),
        (vec!["--role", "admin", "--tenant", "nowhere", "--email", "a@example.test", "--link"], 1, "tenant"),
        (vec!["--role", "super_admin", "--email", "nobody", "--password-file", &file], 1, "mail"),
        (vec!["--role", "super_admin", "--email", "a@example.test"], 2, "--password-file"),
        (
            vec!["--role", "super_admin", "--email", "a@example.test", "--password-file", "/nowhere"],
            2,
            "/nowhere",
        ),
    ] {
        let output = add(&data, &more);
        assert_eq!(output.status.code(), Some(code), "{more:?}: {}", errors_of(&output));
        assert!(errors_of(&output).contains(word), "{more:?}: {}", errors_of(&output));
    }
}
