//! The layers: defaults, then the file, then the environment, then flags. Every problem is collected, none hides another.

use super::keys::{CHECK_EVERY_H, KEYS, LOG_LEVEL};
use crate::table;
use stall::config::{Setting, Settings};
use stall::{KeySpec, ProfileDefault};
use std::path::Path;

/// Defaults of the ground that a kind of run changes.
const PROFILE_DEFAULTS: &[ProfileDefault] =
    &[ProfileDefault { run: "load", key: CHECK_EVERY_H.spec.name, value: "0" }];

/// Puts the layers over each other. Errors: every problem there is, a sentence each.
pub fn merge(
    file: Option<&Path>,
    environment: impl Iterator<Item = (String, String)>,
    flags: &[(&'static str, String)],
) -> Result<Settings, Vec<String>> {
    let default = |key: &KeySpec| (key.name, Setting { value: key.default.to_owned(), source: "default" });
    let mut settings: Settings = KEYS.iter().map(default).collect();
    let mut problems = Vec::new();
    if let Some(path) = file {
        read_file(path, &mut settings, &mut problems);
    }
    read_environment(environment, &mut settings, &mut problems);
    for (name, value) in flags {
        settings.insert(name, Setting { value: value.clone(), source: "flag" });
    }
    apply_profile(&mut settings);
    for key in KEYS.iter() {
        let setting = &settings[key.name];
        problems.extend(
            key.kind.problem(&setting.value).map(|why| format!("{} ({}): {why}", key.name, setting.source)),
        );
    }
    if problems.is_empty() { Ok(settings) } else { Err(problems) }
}

fn apply_profile(settings: &mut Settings) {
    let profile = settings["profile"].value.clone();
    prefer(settings, &profile, "profile");
    if let Some(level) =
        settings.get_mut(LOG_LEVEL.spec.name).filter(|level| level.source == "default" && profile == "load")
    {
        let off = table::stalls()
            .iter()
            .flat_map(|manifest| manifest.load_log_off)
            .map(|target| format!(",{target}=off"));
        *level = Setting { value: format!("{}{}", level.value, off.collect::<String>()), source: "profile" };
    }
}

/// Changes what nobody chose to what this kind of run would rather have: a profile, or a command such as `demo`.
pub fn prefer(settings: &mut Settings, run: &str, source: &'static str) {
    let stalls = table::stalls().iter().flat_map(|manifest| manifest.profile_defaults);
    for default in PROFILE_DEFAULTS.iter().chain(stalls).filter(|default| default.run == run) {
        if let Some(setting) = settings.get_mut(default.key).filter(|setting| setting.source == "default") {
            *setting = Setting { value: default.value.to_owned(), source };
        }
    }
}

fn read_file(path: &Path, settings: &mut Settings, problems: &mut Vec<String>) {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => return problems.push(format!("{}: {error}", path.display())),
    };
    let table = match text.parse::<toml::Table>() {
        Ok(table) => table,
        Err(error) => return problems.push(format!("{}: {}", path.display(), error.message())),
    };
    let mut flat = Vec::new();
    flatten("", &table, &mut flat, problems);
    for (name, value) in flat {
        match KEYS.iter().find(|key| key.name == name) {
            Some(key) => drop(settings.insert(key.name, Setting { value, source: "file" })),
            None => problems.push(format!("{name} (file): there is no such key{}", nearest(&name))),
        }
    }
}

fn flatten(prefix: &str, table: &toml::Table, out: &mut Vec<(String, String)>, problems: &mut Vec<String>) {
    for (name, value) in table {
        let name = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        match value {
            toml::Value::Table(inner) => flatten(&name, inner, out, problems),
            toml::Value::String(text) => out.push((name, text.clone())),
            toml::Value::Integer(number) => out.push((name, number.to_string())),
            toml::Value::Boolean(flag) => out.push((name, flag.to_string())),
            toml::Value::Array(items) if items.iter().all(toml::Value::is_str) => {
                out.push((name, items.iter().filter_map(toml::Value::as_str).collect::<Vec<_>>().join(",")));
            }
            _ => problems.push(format!("{name} (file): must be a text, a whole number or a list of texts")),
        }
    }
}

fn read_environment(
    environment: impl Iterator<Item = (String, String)>,
    settings: &mut Settings,
    problems: &mut Vec<String>,
) {
    for (name, value) in environment {
        // Names for the tests and for the file itself are not settings.
        let ours = name.starts_with("FAIRGROUND_")
            && !name.starts_with("FAIRGROUND_TEST_")
            && !["FAIRGROUND_CONFIG", "FAIRGROUND_SEED", "FAIRGROUND_RECORDINGS"].contains(&name.as_str());
        if !ours {
            continue;
        }
        let (plain, from_file) = match name.strip_suffix("_FILE") {
            Some(plain) => (plain, true),
            None => (name.as_str(), false),
        };
        let Some(key) = KEYS.iter().find(|key| key.environment() == plain) else {
            problems.push(format!("{name} (environment): there is no such key"));
            continue;
        };
        let value = if from_file {
            std::fs::read_to_string(&value).map(|text| text.trim().to_owned())
        } else {
            Ok(value)
        };
        match value {
            Ok(value) => drop(settings.insert(key.name, Setting { value, source: "environment" })),
            Err(error) => problems.push(format!("{name} (environment): cannot read the file: {error}")),
        }
    }
}

/// Names the key that was probably meant: one that shares its last part or its beginning.
fn nearest(name: &str) -> String {
    let last = name.rsplit('.').next().unwrap_or(name);
    let alike =
        |key: &&KeySpec| key.name.ends_with(last) || key.name.starts_with(name) || name.starts_with(key.name);
    KEYS.iter().find(alike).map(|key| format!("; did you mean {}?", key.name)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(pairs: &[(&str, &str)]) -> impl Iterator<Item = (String, String)> {
        pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect::<Vec<_>>().into_iter()
    }

    #[test]
    fn a_profile_changes_defaults_and_nothing_that_was_chosen() {
        let delay = |environment: &[(&str, &str)], profile: &str| {
            let merged = merge(None, env(environment), &[("profile", profile.to_owned())]).unwrap();
            merged["payments.mock.delay_ms"].value.clone()
        };
        assert_eq!((delay(&[], "dev"), delay(&[], "load")), ("100".to_owned(), "0".to_owned()));
        assert_eq!(delay(&[("FAIRGROUND_PAYMENTS_MOCK_DELAY_MS", "7")], "load"), "7");
    }

    #[test]
    fn later_layers_win() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("fairground.toml");
        std::fs::write(&file, "listen = '127.0.0.1:1'\n[http]\ncors_origins = ['https://a', 'https://b']\nbody_bytes_max = 2048\n").expect("written");
        let settings = merge(
            Some(&file),
            env(&[
                ("FAIRGROUND_LISTEN", "127.0.0.1:2"),
                ("HOME", "/"),
                ("FAIRGROUND_HTTP_BODY_BYTES_MAX", "4096"),
            ]),
            &[("listen", "127.0.0.1:3".into())],
        )
        .expect("all good");
        assert_eq!(settings["listen"], Setting { value: "127.0.0.1:3".into(), source: "flag" });
        assert_eq!(settings["http.body_bytes_max"], Setting { value: "4096".into(), source: "environment" });
        assert_eq!(settings["http.cors_origins"].value, "https://a,https://b");
        assert_eq!(settings["profile"].source, "default");
    }

    #[test]
    fn every_bad_key_is_listed_at_once() {
        let problems = merge(
            None,
            env(&[
                ("FAIRGROUND_NODE", "500"),
                ("FAIRGROUND_NOPE", "1"),
                ("FAIRGROUND_AUTH_SIGNING_KEY", "zz"),
            ]),
            &[("profile", "prod".into())],
        )
        .expect_err("bad");
        assert_eq!(problems.len(), 4, "{problems:?}");
        assert!(problems.iter().all(|problem| !problem.contains("zz")), "a secret was printed");
    }

    #[test]
    fn unknown_keys_of_the_file_are_refused_with_the_likely_name() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("fairground.toml");
        std::fs::write(&file, "[auth]\ncost = 4\n[log]\nlevle = 'x'\n").expect("written");
        let problems = merge(Some(&file), env(&[]), &[]).expect_err("bad");
        assert_eq!(problems.len(), 2, "{problems:?}");
    }
}
