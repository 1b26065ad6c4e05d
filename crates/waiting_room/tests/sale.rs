//! Facts about rooms, over whole sales that are played in memory.

use kernel::Timestamp;
use rand::rngs::SmallRng;
use rand::{Rng as _, SeedableRng as _};
use std::collections::{BTreeSet, HashMap, HashSet};
use waiting_room::{
    Advance, CONTRIBUTION_BYTES, Entry, Fact, JoinRefusal, JoinRequest, JoinTerms, Joined, Mode, PlaceState,
    Room, RoomSettings, advance, estimate, join, leave, open_if_due, shuffle,
};

const SECRET: [u8; 32] = [9; 32];
const TERMS: JoinTerms = JoinTerms { is_on: true, size_max: 0, per_address_max: 0 };

fn at(millis: i64) -> Timestamp {
    Timestamp::from_micros(1_900_000_000_000_000 + millis * 1_000)
}

/// A room and all that its log would hold.
struct Played {
    room: Room,
    log: Vec<Entry>,
    opens_at: Option<Timestamp>,
    settings: RoomSettings,
    /// Passes that are good: user by pass, with their ends.
    live: HashMap<i64, (i64, Timestamp)>,
    used: HashSet<i64>,
    available: i64,
    held: i64,
    next_id: i64,
}

impl Played {
    fn new(settings: RoomSettings, opens_at: Option<Timestamp>, available: i64) -> Self {
        let settings = RoomSettings { mode: Mode::On, ..settings };
        let room = Room::new(&shuffle::commitment(&SECRET));
        let (live, used) = (HashMap::new(), HashSet::new());
        Self { room, log: Vec::new(), opens_at, settings, live, used, available, held: 0, next_id: 0 }
    }

    fn id(&mut self) -> i64 {
        self.next_id += 1;
        self.next_id
    }

    fn join(&mut self, user: i64, now: Timestamp, terms: JoinTerms) -> Result<Joined, JoinRefusal> {
        let id = self.id();
        self.log.extend(open_if_due(&mut self.room, &SECRET, self.opens_at, now, || id));
        let pass_is_used = matches!(self.room.place(user).map(|place| place.state),
            Some(PlaceState::Released { pass, .. }) if self.used.contains(&pass));
        let contribution = [u8::try_from(user % 251).expect("below 251"); CONTRIBUTION_BYTES];
        let request = JoinRequest { user, address: user % 100, contribution, pass_is_used };
        let joined = join(&self.room, &request, terms, now)?;
        if let Joined::New(fact) = joined {
            let id = self.id();
            let entry = self.room.append(id, now, fact);
            self.log.push(entry);
        }
        Ok(joined)
    }

    fn leave(&mut self, user: i64, now: Timestamp) {
        if let Ok(fact) = leave(&self.room, user) {
            let id = self.id();
            self.log.push(self.room.append(id, now, fact));
        }
    }

    /// Who went on.
    fn advance(&mut self, now: Timestamp) -> Vec<i64> {
        self.live.retain(|_, (_, until)| *until > now);
        let settings = self.settings;
        let facts = Advance {
            settings: &settings,
            secret: &SECRET,
            opens_at: self.opens_at,
            live_passes: i64::try_from(self.live.len()).expect("few"),
            available: self.available,
            held: self.held,
            now,
        };
        let mut next_id = self.next_id;
        let entries = advance(&mut self.room, &facts, || {
            next_id += 1;
            next_id
        });
        self.next_id = next_id;
        self.log.extend(&entries);
        let released = entries.iter().filter_map(|entry| match entry.fact {
            Fact::Released { user, until } => Some((user, entry.id, until)),
            _ => None,
        });
        let released: Vec<_> = released.collect();
        self.live.extend(released.iter().map(|(user, pass, until)| (*pass, (*user, *until))));
        released.into_iter().map(|(user, ..)| user).collect()
    }

    fn pass_of(&self, user: i64) -> Option<i64> {
        match self.room.place(user)?.state {
            PlaceState::Released { pass, .. } => Some(pass),
            PlaceState::Waiting => None,
        }
    }

    fn use_pass(&mut self, user: i64) {
        if let Some(pass) = self.pass_of(user)
            && self.live.remove(&pass).is_some()
        {
            self.used.insert(pass);
        }
    }
}

#[test]
fn a_person_has_one_place_and_keeps_it() {
    let mut played = Played::new(RoomSettings::default(), None, 10);
    assert!(matches!(played.join(1, at(0), TERMS), Ok(Joined::New(_))));
    assert!(matches!(played.join(2, at(1), TERMS), Ok(Joined::New(_))));
    // Another tab, another device, a refresh.
    assert!(matches!(played.join(1, at(2), TERMS), Ok(Joined::Already(place)) if place.number == 1));
    assert_eq!((played.room.ahead(1), played.room.ahead(2), played.room.waiting()), (Some(0), Some(1), 2));
    played.leave(1, at(3));
    assert!(matches!(played.join(1, at(4), TERMS), Ok(Joined::New(Fact::Joined { place: 3, .. }))));
    assert_eq!((played.room.ahead(2), played.room.ahead(1)), (Some(0), Some(1)));
}

#[test]
fn joining_is_refused_by_name() {
    let mut played = Played::new(RoomSettings::default(), None, 10);
    assert_eq!(played.join(1, at(0), JoinTerms { is_on: false, ..TERMS }), Err(JoinRefusal::RoomIsNotOpen));
    let two = JoinTerms { size_max: 2, ..TERMS };
    assert!(played.join(1, at(0), two).is_ok() && played.join(2, at(0), two).is_ok());
    assert_eq!(played.join(3, at(0), two), Err(JoinRefusal::RoomIsFull));
    assert!(played.join(2, at(0), two).is_ok(), "who is in stays in");
    let one = JoinTerms { per_address_max: 1, ..TERMS };
    assert_eq!(played.join(101, at(0), one), Err(JoinRefusal::TooManyFromOneAddress));
    assert!(played.join(105, at(0), one).is_ok());
    played.available = 0;
    played.advance(at(1_000));
    assert_eq!(played.join(7, at(1_001), TERMS), Err(JoinRefusal::EverythingIsSold));
    played.available = 5;
    assert_eq!(played.advance(at(2_000)), [1, 2, 105], "everybody stands where they stood");
}

#[test]
fn an_unused_pass_that_ran_out_may_queue_again_at_the_end_and_a_used_one_too() {
    let mut played = Played::new(RoomSettings { concurrent_max: 2, ..RoomSettings::default() }, None, 10);
    (1..=4).for_each(|user| {
        let _ = played.join(user, at(0), TERMS);
    });
    assert_eq!(played.advance(at(0)), [1, 2]);
    assert!(matches!(played.join(1, at(1), TERMS), Ok(Joined::Already(_))), "the pass is good");
    played.use_pass(2);
    assert!(matches!(played.join(2, at(2), TERMS), Ok(Joined::New(_))));
    assert_eq!(played.advance(at(1_000)), [3], "one slot is free again");
    let late = at(300_001);
    assert!(matches!(played.join(1, late, TERMS), Ok(Joined::New(_))));
    assert_eq!(played.room.next(9), [4, 2, 1]);
}

#[test]
fn who_comes_early_is_shuffled_once_and_later_ones_stand_behind() {
    let opens_at = at(60_000);
    let mut played = Played::new(
        RoomSettings { batch: 1_000, concurrent_max: 1_000, ..RoomSettings::default() },
        Some(opens_at),
        9_000,
    );
    (1..=200).for_each(|user| {
        let _ = played.join(user, at(user), TERMS);
    });
    played.leave(17, at(500));
    assert!(played.advance(at(59_999)).is_empty() && played.room.opening().is_none());
    let _ = played.join(500, opens_at, TERMS);
    let seed = shuffle::seed(&SECRET, played.room.head());
    let mut expected = shuffle::order(&seed, 1..=200);
    expected.retain(|place| *place != 17);
    assert_ne!(expected[..5], [1, 2, 3, 4, 5]);
    expected.push(500);
    assert_eq!(played.advance(at(60_001)), expected);
    let opened = played.log.iter().filter(|entry| matches!(entry.fact, Fact::Opened { .. })).count();
    assert_eq!(opened, 1);
}

#[test]
fn a_room_is_the_fold_of_its_log_wherever_it_is_cut() {
    let mut played =
        Played::new(RoomSettings { concurrent_max: 40, ..RoomSettings::default() }, Some(at(5_000)), 100);
    let mut chance = SmallRng::seed_from_u64(3);
    for step in 0..2_000 {
        let (user, now) = (chance.random_range(0..300), at(step * 10));
        match chance.random_range(0..10) {
            0 => played.leave(user, now),
            1 => drop(played.advance(now)),
            2 => played.use_pass(user),
            _ => {
                let _ = played.join(user, now, TERMS);
            }
        }
    }
    let mut again = Room::new(&shuffle::commitment(&SECRET));
    for entry in &played.log {
        again.apply(*entry).expect("the next one");
        again.apply(*entry).expect("seen before");
    }
    assert_eq!((again.revision(), again.last_id()), (played.room.revision(), played.room.last_id()));
    assert_eq!(again.next(usize::MAX), played.room.next(usize::MAX));
    assert_eq!(
        (again.released(), again.waiting(), again.head()),
        (played.room.released(), played.room.waiting(), played.room.head())
    );
    assert!((0..300).all(|user| again.place(user) == played.room.place(user)));
    let gap = Entry { revision: again.revision() + 2, ..played.log[0] };
    assert!(again.apply(gap).is_err());
}

/// Plays a sale to its end: `early` people before the opening, `late` ones in the minute after it; a fifth of a percent of
/// passes are never used. Of each person: seconds waited, and what was estimated on the way with what it came to.
fn sale(
    settings: RoomSettings,
    (early, late): (i64, i64),
    shopping_ms: (i64, i64),
    seed: u64,
) -> (Played, Vec<(i64, i64)>) {
    let mut chance = SmallRng::seed_from_u64(seed);
    let opens_at = at(60_000);
    let mut played = Played::new(settings, Some(opens_at), 10 * (early + late));
    let mut arrivals: Vec<(i64, i64)> =
        (1..=early).map(|user| (chance.random_range(0..60_000), user)).collect();
    arrivals.extend((early + 1..=early + late).map(|user| (chance.random_range(60_000..120_000), user)));
    arrivals.sort_unstable();
    let mut arrivals = arrivals.into_iter().peekable();
    let mut said: HashMap<i64, Vec<(i64, i64)>> = HashMap::new();
    let mut ends = BTreeSet::new();
    let mut accuracy = Vec::new();
    for millis in (0..3_600_000).step_by(250) {
        while let Some((_, user)) = arrivals.next_if(|(when, _)| *when <= millis) {
            played.join(user, at(millis), TERMS).expect("a place");
        }
        while ends.first().is_some_and(|(when, _)| *when <= millis) {
            let (_, user) = ends.pop_first().expect("there is one");
            played.use_pass(user);
        }
        for user in played.advance(at(millis)) {
            accuracy.extend(
                said.remove(&user)
                    .unwrap_or_default()
                    .iter()
                    .map(|(when, wait)| (*wait, (millis - when) / 1_000)),
            );
            if !chance.random_bool(0.002) {
                ends.insert((millis + chance.random_range(shopping_ms.0..shopping_ms.1), user));
            }
        }
        if millis % 10_000 == 0 && millis >= 70_000 {
            for user in (1..=early + late).step_by(13) {
                let ahead = played.room.ahead(user);
                let told = ahead.and_then(|ahead| {
                    estimate(&played.room, &played.settings, played.opens_at, ahead, at(millis))
                });
                said.entry(user).or_default().extend(told.map(|told| (millis, told.secs)));
            }
        }
        if millis > 120_000 && played.room.waiting() == 0 {
            break;
        }
    }
    (played, accuracy)
}

fn within_30_s(accuracy: &[(i64, i64)]) -> f64 {
    accuracy.iter().filter(|(told, came)| (told - came).abs() <= 30).count() as f64 / accuracy.len() as f64
}

#[test]
fn all_of_ten_thousand_get_their_pass_in_order_and_hear_an_honest_estimate() {
    let settings = RoomSettings { concurrent_max: 3_000, ..RoomSettings::default() };
    let (played, accuracy) = sale(settings, (6_000, 4_000), (5_000, 30_000), 11);
    assert_eq!(played.room.released(), 10_000);
    assert!(accuracy.len() > 1_000);
    assert!(within_30_s(&accuracy) >= 0.9, "{}", within_30_s(&accuracy));
    assert_order(&played);
}

#[test]
fn where_the_cap_and_not_the_rate_decides_the_estimate_still_holds_for_nine_of_ten() {
    let settings = RoomSettings { concurrent_max: 500, ..RoomSettings::default() };
    let (played, accuracy) = sale(settings, (3_000, 2_000), (5_000, 30_000), 12);
    assert_eq!(played.room.released(), 5_000);
    assert!(within_30_s(&accuracy) >= 0.9, "{}", within_30_s(&accuracy));
}

/// The shuffled in their order, then everybody by place; nobody twice.
fn assert_order(played: &Played) {
    let opening = played.room.opening().expect("it opened");
    let mut order = shuffle::order(&opening.seed, 1..=opening.early);
    order.extend(opening.early + 1..=played.room.places_given());
    let mut place_of = HashMap::new();
    let mut went = Vec::new();
    for entry in &played.log {
        match entry.fact {
            Fact::Joined { user, place, .. } => drop(place_of.insert(user, place)),
            Fact::Released { user, .. } => went.push(place_of[&user]),
            Fact::Left { .. } | Fact::Opened { .. } | Fact::Closed | Fact::Reopened => {}
        }
    }
    assert_eq!(went, order);
}

#[test]
fn admissions_are_never_above_capacity_in_any_window() {
    let seed = rand::random::<u64>();
    println!("seed {seed}");
    let mut chance = SmallRng::seed_from_u64(seed);
    let settings = RoomSettings {
        batch: 7,
        interval_ms: 500,
        concurrent_max: 30,
        pass_ttl_secs: 10,
        ..RoomSettings::default()
    };
    let mut played = Played::new(settings, None, 10_000);
    let (mut now, mut user) = (0, 0);
    let mut admissions: Vec<(i64, i64)> = Vec::new();
    for _ in 0..4_000 {
        now += chance.random_range(0..120);
        (0..chance.random_range(0..4)).for_each(|_| {
            user += 1;
            let _ = played.join(user, at(now), TERMS);
        });
        if user > 0 {
            played.use_pass(chance.random_range(0..user));
        }
        played.available = chance.random_range(0..60);
        let went = i64::try_from(played.advance(at(now)).len()).unwrap();
        let live = i64::try_from(played.live.len()).unwrap();
        assert!(live <= 30 && went <= 7);
        assert!(went == 0 || live <= played.available * 3 / 2, "{live} of {}", played.available);
        admissions.push((now, went));
    }
    for (first, (from, _)) in admissions.iter().enumerate() {
        let mut sum = 0;
        for (to, went) in &admissions[first..] {
            sum += went;
            let windows = (to - from) / 500 + 1;
            assert!(sum <= 7 * windows, "{sum} in {} ms", to - from);
            if to - from > 5_000 {
                break;
            }
        }
    }
}
