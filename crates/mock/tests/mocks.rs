//! Every mock of the table: found by its name, on loopback only, with addresses that answer, over when it is told.

use mock::{MOCKS, MockOptions, start};
use std::collections::BTreeSet;
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// Long enough for a loaded machine; reached only by a failure.
const LIMIT: Duration = Duration::from_secs(20);

/// The authority of a URL.
fn address_of(url: &str) -> SocketAddr {
    let (_, rest) = url.split_once("://").expect("an endpoint is a URL");
    let authority = rest.split('/').next().expect("split gives at least one part");
    authority.parse().expect("an endpoint names address and port")
}

#[test]
fn names_and_addresses_are_taken_once() {
    let names: BTreeSet<&str> = MOCKS.iter().map(|mock| mock.name).collect();
    let addresses: BTreeSet<&str> = MOCKS.iter().map(|mock| mock.listen).collect();
    assert_eq!((names.len(), addresses.len()), (MOCKS.len(), MOCKS.len()));
}

#[tokio::test]
async fn every_mock_hands_out_addresses_that_answer_and_ends_when_told() {
    for mock in MOCKS {
        let (shutdown, closing) = web::shutdown();
        let running = start(mock.name, &MockOptions::default(), closing).await.unwrap();
        assert!(running.address.ip().is_loopback());
        assert!(!running.endpoints.is_empty(), "{} hands out nothing", mock.name);
        for (key, value) in &running.endpoints {
            assert_eq!(running.endpoint(key), Some(value.as_str()));
        }
        // Some hand out names and secrets beside their addresses.
        let urls: Vec<_> = running.endpoints.iter().filter(|(_, value)| value.contains("://")).collect();
        assert!(!urls.is_empty(), "{} hands out no address", mock.name);
        for (key, url) in urls {
            TcpStream::connect(address_of(url)).unwrap_or_else(|error| panic!("{key} = {url}: {error}"));
        }
        shutdown.begin();
        tokio::time::timeout(LIMIT, running.task).await.expect("an end in time").unwrap();
        TcpStream::connect(running.address).expect_err("it has ended");
    }
}

#[tokio::test]
async fn no_mock_listens_where_others_reach_it() {
    for mock in MOCKS {
        let (_shutdown, closing) = web::shutdown();
        let listen = "0.0.0.0:0".parse().unwrap();
        let options = MockOptions { listen, ..MockOptions::default() };
        let refused = start(mock.name, &options, closing).await.unwrap_err();
        assert!(refused.contains("loopback only"), "{}: {refused}", mock.name);
    }
}

#[tokio::test]
async fn what_cannot_be_meant_is_refused_with_a_sentence() {
    let start_with = async |name: &str, arguments: &[&str]| {
        let (_shutdown, closing) = web::shutdown();
        let arguments = arguments.iter().map(|word| (*word).to_owned()).collect();
        let options = MockOptions { arguments, ..MockOptions::default() };
        start(name, &options, closing).await.map(drop)
    };
    assert_eq!(start_with("weather", &[]).await.unwrap_err(), "there is no mock weather");
    for (arguments, sentence) in [
        (["--volatility", "1001"], "--volatility must be from 0 to 1000"),
        (["--price", "0"], "'--price <price>'"),
        (["--colour", "red"], "unexpected argument '--colour'"),
    ] {
        let refused = start_with("venues", &arguments).await.unwrap_err();
        assert!(refused.contains(sentence), "{refused}");
    }
    assert_eq!(start_with("venues", &["--volatility", "80", "--price", "100"]).await, Ok(()));
}
