//! Pages: in through the simulated Google, the portfolio and a trading in both languages, out again; nobody sees what is another's.

use crate::harness::{World, text};
use outbound::Request;
use serde_json::json;
use testkit::Answer;

testkit::on_both_backends! {
    through crate::harness:
    whoever_signs_in_on_pages_looks_around_and_is_out_again;
}

async fn page(world: &World, path: &str, cookie: &str) -> Answer {
    world.stall.front.get(path).header("cookie", cookie).header("host", "127.0.0.1:8080").send().await
}

/// The value of a cookie that an answer sets.
fn cookie(answer: &Answer, name: &str) -> String {
    let name = format!("{name}=");
    let mut set = answer.headers.all("set-cookie");
    let found = set.find_map(|line| line.split(';').next()?.strip_prefix(name.as_str()));
    found.unwrap_or_else(|| panic!("{name} is set")).to_owned()
}

/// In through Google's page; the cookie of the sign-in.
async fn sign_in(world: &World, person: &str) -> String {
    let begun = page(world, "/tiris/sign-in/google", "").await;
    assert_eq!(begun.status, 303, "{}", begun.text);
    let url = begun.headers["location"].to_owned();
    let state = cookie(&begun, "fg_tiris_state");
    let chosen = world.client.send(Request::get(format!("{url}&login_hint={person}"))).await.expect("a page");
    let back = chosen.header("location").expect("back").to_owned();
    let path = back.strip_prefix("http://127.0.0.1:8080").expect("our own address").to_owned();
    // Somebody else's browser, which began no sign-in, gets nothing from the same address.
    let stranger = page(world, &path, "").await;
    assert!(stranger.status == 303 && !stranger.headers.has("set-cookie"));
    let returned = page(world, &path, &format!("fg_tiris_state={state}")).await;
    assert_eq!(
        (returned.status, &returned.headers["location"]),
        (303, "/tiris/portfolio"),
        "{}",
        returned.text
    );
    format!("fg_tiris={}", cookie(&returned, "fg_tiris"))
}

async fn whoever_signs_in_on_pages_looks_around_and_is_out_again(world: World) {
    let home = page(&world, "/tiris", "").await;
    assert!(home.text.contains("href=\"/tiris/sign-in/google\""), "{}", home.text);
    assert_eq!(
        page(&world, "/tiris/portfolio", "").await.status,
        303,
        "who is not signed in is led to the way in"
    );
    let ann = sign_in(&world, "ann").await;
    let token = world.token("ann").await;
    let list = world.get(&token, "/tradings").await;
    let trading = text(&list.json["data"]["tradings"][0], "id");
    let pot = world
        .call("POST", "/sub-accounts")
        .token(&token)
        .json(&json!({"trading_id": trading, "name": "Cash", "symbol": "USDT"}))
        .send()
        .await;
    let pot = text(&pot.json["data"], "id");
    let paid = world
        .call("POST", &format!("/sub-accounts/{pot}/deposit"))
        .token(&token)
        .json(&json!({"amount": "1234.5", "note": "<b>first money</b>"}))
        .send()
        .await;
    assert_eq!(paid.status, 200, "{}", paid.text);
    let portfolio = page(&world, "/tiris/portfolio", &ann).await;
    assert!(portfolio.status == 200 && portfolio.text.contains("Virtual trading"), "{}", portfolio.text);
    let path = format!("/tiris/tradings/{trading}");
    let shown = page(&world, &path, &ann).await;
    assert!(shown.text.contains("+1,234.5") && shown.text.contains("Deposit"), "{}", shown.text);
    assert!(
        shown.text.contains("&#60;b&#62;first money") || shown.text.contains("&lt;b&gt;first money"),
        "words are no markup"
    );
    assert!(!shown.text.contains("style=") && !shown.text.contains("<script>"), "the policy allows neither");
    let chinese = page(&world, &format!("{path}?lang=zh"), &ann).await;
    assert!(chinese.text.contains("lang=\"zh\"") && chinese.text.contains("流水"), "{}", chinese.text);
    let statement = page(&world, &format!("{path}/statement.json"), &ann).await;
    assert!(statement.status == 200 && statement.text.starts_with("{\"format\""), "{}", statement.text);
    let ben = sign_in(&world, "ben").await;
    for path in [path.clone(), format!("{path}/statement.json")] {
        assert_eq!(page(&world, &path, &ben).await.status, 404, "{path}");
    }
    assert_eq!(page(&world, &format!("{path}/statement.json"), "").await.status, 401);
    assert_eq!(page(&world, "/tiris/exchanges", &ann).await.status, 200);
    let csrf = portfolio
        .text
        .split("name=\"csrf\" value=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("a token");
    let post = async |cookie: &str, csrf: &str| {
        let call = world.stall.front.call("POST".parse().expect("a method"), "/tiris/sign-out");
        call.header("cookie", cookie).form(format!("csrf={csrf}")).send().await
    };
    post(&ann, "forged").await;
    assert_eq!(page(&world, "/tiris/portfolio", &ann).await.status, 200, "a forged form signs nobody out");
    assert_eq!(post(&ann, csrf).await.status, 303);
    assert_eq!(
        page(&world, "/tiris/portfolio", &ann).await.status,
        303,
        "out is out, whoever kept the cookie"
    );
}
