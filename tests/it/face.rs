//! The program as a process: streams and exit statuses.

use std::process::{Command, Output, Stdio};

fn postil(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_postil"));
    command.args(words).env_clear().env("HOME", "/nonexistent").stdin(Stdio::null());
    command
}

fn texts(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (text(&output.stdout), text(&output.stderr))
}

#[test]
fn the_version_is_one_line_with_and_without_other_words() {
    for words in [&["--version"][..], &["-V"], &["--quiet", "--version"]] {
        let output = postil(words).output().unwrap();
        assert_eq!(texts(&output).0, concat!("postil ", env!("CARGO_PKG_VERSION"), "\n"), "{words:?}");
        assert!(output.status.success());
    }
}

#[test]
fn help_is_an_answer_and_a_wrong_word_is_a_usage_error() {
    let output = postil(&["tag", "--help"]).output().unwrap();
    let (out, err) = texts(&output);
    assert!(out.contains("Examples:\n  postil tag ") && err.is_empty(), "{out}{err}");
    assert_eq!(output.status.code(), Some(0));
    for words in [&[][..], &["tagg"], &["tag"], &["list", "--format", "xml"], &["document"]] {
        let output = postil(words).output().unwrap();
        let (out, err) = texts(&output);
        assert!(out.is_empty() && !err.is_empty(), "{words:?}");
        assert_eq!(output.status.code(), Some(2), "{words:?}");
    }
}

#[test]
fn colour_is_for_those_who_ask_for_it() {
    let colored = |words: &[&str]| texts(&postil(words).output().unwrap()).0.contains('\u{1b}');
    assert!(!colored(&["--help"]));
    assert!(colored(&["--color=always", "--help"]));
    assert!(colored(&["--color", "always", "list", "--help"]));
}

#[test]
fn a_closed_pipe_ends_quietly() {
    for words in [&["man"][..], &["completions", "zsh"], &["--help"], &["--version"]] {
        let mut child = postil(words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), texts(&output).1.as_str()), (Some(0), ""), "{words:?}");
    }
}

#[test]
fn completions_and_manual_pages_know_the_options_of_every_command() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let (out, _) = texts(&postil(&["completions", shell]).output().unwrap());
        assert!(out.contains("missing-means-deleted") && out.contains("name-column"), "{shell}");
    }
    let folder = tempfile::tempdir().unwrap();
    let output = postil(&["man", "--out", folder.path().to_str().unwrap()]).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let page = std::fs::read_to_string(folder.path().join("postil-document-add.1")).unwrap();
    assert!(
        page.starts_with(".ie") && page.contains("name\\-column") && page.contains("pdftotext"),
        "{page}"
    );
    assert!(folder.path().join("postil.1").exists());
}

#[test]
fn settings_are_written_shown_and_taken_away() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.toml");
    let config = |words: &[&str]| {
        let words = [&["config"], words].concat();
        let output = postil(&words).env("POSTIL_CONFIG", &file).env("USER", "root").output().unwrap();
        (texts(&output).0, output.status.code())
    };
    assert_eq!(config(&["coder"]), ("root\n".to_owned(), Some(0)));
    assert_eq!(config(&["coder", "ana"]), (String::new(), Some(0)));
    assert_eq!(config(&["coder"]), ("ana\n".to_owned(), Some(0)));
    let all = "coder\tana\tconfiguration\ncolor\tauto\tdefault\nstore\t\tnot set\n";
    assert_eq!(config(&[]), (all.to_owned(), Some(0)));
    assert_eq!(config(&["coder", "--unset"]).1, Some(0));
    assert_eq!(config(&["coder"]).0, "root\n");
    assert_eq!(config(&["colour"]).1, Some(1));
}

#[cfg(unix)]
#[test]
fn a_limit_on_file_sizes_is_an_error_and_no_sudden_end() {
    let folder = tempfile::tempdir().unwrap();
    let script = format!("ulimit -f 0; exec '{}' man --out .", env!("CARGO_BIN_EXE_postil"));
    let output = Command::new("sh").args(["-c", &script]).current_dir(folder.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(texts(&output).1.starts_with("error: "), "{output:?}");
}
