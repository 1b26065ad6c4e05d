//! Facts about claims: first come, only served, until the claim ends.

use cluster::{Claim, Claims, LocalClaims, TooManyClaims};
use kernel::Timestamp;

const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);
const LIFETIME_S: u32 = 90;

#[test]
fn a_name_is_claimed_once_even_by_parallel_callers() {
    let claims = LocalClaims::new(LIFETIME_S);
    let first: usize = std::thread::scope(|scope| {
        let claim = || usize::from(claims.claim("bet", "abc", NOW) == Ok(Claim::First));
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(claim)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(first, 1);
}

#[test]
fn other_names_and_other_scopes_are_free() {
    let claims = LocalClaims::new(LIFETIME_S);
    for (scope, name) in
        [("bet", "a"), ("bet", "b"), ("bet", "ab"), ("bet", ""), ("beta", ""), ("order", "a")]
    {
        assert_eq!(claims.claim(scope, name, NOW), Ok(Claim::First), "{scope} {name}");
        assert_eq!(claims.claim(scope, name, NOW), Ok(Claim::Repeated), "{scope} {name}");
    }
}

#[test]
fn a_claim_lives_for_its_time_wherever_in_a_generation_it_was_made() {
    for start in 0..31 {
        let claims = LocalClaims::new(LIFETIME_S);
        assert_eq!(claims.claim("bet", "a", NOW.plus_secs(start)), Ok(Claim::First));
        for later in 0..=90 {
            // Others keep the generations moving.
            let _ = claims.claim("bet", &later.to_string(), NOW.plus_secs(start + later));
            assert_eq!(
                claims.claim("bet", "a", NOW.plus_secs(start + later)),
                Ok(Claim::Repeated),
                "{start} {later}"
            );
        }
        assert_eq!(claims.claim("bet", "a", NOW.plus_secs(start + 121)), Ok(Claim::First), "{start}");
    }
}

#[test]
fn what_is_over_is_forgotten_and_a_clock_that_steps_back_frees_nothing() {
    let claims = LocalClaims::new(LIFETIME_S);
    for number in 0..10_000 {
        claims.claim("bet", &number.to_string(), NOW).unwrap();
    }
    assert_eq!(claims.claim("bet", "7", NOW.plus_secs(-1_000)), Ok(Claim::Repeated));
    assert_eq!(claims.claim("bet", "new", NOW.plus_secs(-1_000)), Ok(Claim::First));
    assert_eq!(claims.claim("bet", "new", NOW.plus_secs(60)), Ok(Claim::Repeated));
    for number in 10_000..10_200 {
        claims.claim("bet", &number.to_string(), NOW.plus_secs(1_000)).unwrap();
    }
    assert_eq!(claims.len(), 200);
}

#[test]
fn a_flood_is_refused_until_old_claims_end() {
    let claims = LocalClaims::with_room(LIFETIME_S, 1_600);
    let flooded = (0..2_000).find(|number| claims.claim("bet", &number.to_string(), NOW).is_err());
    assert!(flooded.is_some_and(|number| number > 800), "{flooded:?}");
    let name = flooded.unwrap().to_string();
    assert_eq!(claims.claim("bet", &name, NOW), Err(TooManyClaims));
    assert_eq!(claims.claim("bet", "0", NOW), Ok(Claim::Repeated), "what is known is still known");
    assert_eq!(claims.claim("bet", &name, NOW.plus_secs(121)), Ok(Claim::First));
}
