//! Several people at work on one project, each in a store of their own, all in one folder.

use std::process::Command;

use super::project::{Project, Run, without_versions, words};
use super::sheet::Sheet;

/// A folder of stores `ana.postil`, `ben.postil`…, each written by the coder of its name.
pub(crate) struct Colleagues {
    pub(crate) project: Project,
}

impl Colleagues {
    /// Ana's store: two texts, a codebook, and two passages that she tagged.
    pub(crate) fn ana() -> Colleagues {
        let project = Project::empty();
        project.write(
            "note.txt",
            "Norms bind states.\n\nStates speak of norms; norms \u{201c}bind\u{201d} \u{2014} at times \u{2014} nobody.\n",
        );
        project.write("letter.txt", "Power decides. So it was, and so it is.\n");
        let all = Colleagues { project };
        all.begin("ana", "");
        all.ok("ana", "document add note.txt letter.txt");
        all.ok("ana", "code add norms actors/state power");
        all.ok("ana", "tag note 'Norms bind states' norms --note 'a definition'");
        all.ok("ana", "tag letter 'Power decides' power");
        all
    }

    /// Ana and Ben: his store has her texts, her codebook and what she coded.
    pub(crate) fn ana_and_ben() -> Colleagues {
        let all = Colleagues::ana();
        all.begin("ben", "--from ana.postil --with-annotations");
        all
    }

    /// Makes the store of `who`.
    #[track_caller]
    pub(crate) fn begin(&self, who: &str, options: &str) {
        let mut command = self.command(who);
        command.env_remove("POSTIL_STORE").arg("init").arg(who).args(words(options));
        self.project.shape(command.output().unwrap()).ok();
    }

    /// The program as `who` calls it, ready to be given arguments. What two people make has different ids, as on two machines.
    pub(crate) fn command(&self, who: &str) -> Command {
        let seed = who.bytes().fold(0u64, |seed, byte| seed * 31 + u64::from(byte));
        let mut command = self.project.command();
        command
            .env("POSTIL_STORE", self.project.path(&format!("{who}.postil")))
            .env("POSTIL_CODER", who)
            .env("POSTIL_SEED", seed.to_string());
        command
    }

    pub(crate) fn run(&self, who: &str, line: &str) -> Run {
        self.project.shape(self.command(who).args(words(line)).output().unwrap())
    }

    /// Runs a command line with `input` on standard input.
    pub(crate) fn run_with(&self, who: &str, line: &str, input: &str) -> Run {
        let mut command = self.command(who);
        command.args(words(line));
        self.project.fed(command, input.as_bytes())
    }

    /// Runs a command line that must succeed, and returns what it answered.
    #[track_caller]
    pub(crate) fn ok(&self, who: &str, line: &str) -> String {
        self.run(who, line).ok()
    }

    /// Runs a command line that must leave conflicts; returns all that it said.
    #[track_caller]
    pub(crate) fn in_conflict(&self, who: &str, line: &str) -> String {
        let run = self.run(who, line);
        assert_eq!(run.status, Some(3), "{who}: {line}\n{}", run.text());
        run.text()
    }

    /// Runs a command line that must be refused and must leave the store's bytes as they were; returns what it said.
    #[track_caller]
    pub(crate) fn refused(&self, who: &str, line: &str) -> String {
        let before = self.bytes(who);
        let run = self.run(who, line);
        assert_eq!(run.status, Some(1), "not refused: {line}\n{}", run.text());
        assert!(run.err.starts_with("error: ") && run.out.is_empty(), "{}", run.text());
        assert!(self.bytes(who) == before, "the store changed: {line}");
        run.err
    }

    /// The bytes of the store of `who`.
    pub(crate) fn bytes(&self, who: &str) -> Vec<u8> {
        std::fs::read(self.project.path(&format!("{who}.postil"))).unwrap()
    }

    /// Everything that the store of `who` says, by versions.
    #[track_caller]
    pub(crate) fn dump(&self, who: &str) -> String {
        self.project.dump_by(|line| self.ok(who, line))
    }

    /// Everything that the store of `who` says.
    #[track_caller]
    pub(crate) fn content(&self, who: &str) -> String {
        without_versions(&self.dump(who))
    }

    /// What was said of which passage in the store of `who`, a line each.
    #[track_caller]
    pub(crate) fn said(&self, who: &str) -> String {
        let sheet = Sheet::parse(&self.ok(who, "export csv -o -"));
        let columns = ["document", "quote", "code", "coder", "note"];
        let rows = (0..sheet.rows.len()).map(|row| columns.map(|column| sheet.cell(row, column)).join("|"));
        rows.collect::<Vec<_>>().join("\n")
    }

    /// The store of `who` passes its own check.
    #[track_caller]
    pub(crate) fn assert_sound(&self, who: &str) {
        self.ok(who, "check");
    }

    /// Copies the store of `who` to `NAME.postil`.
    pub(crate) fn copy(&self, who: &str, name: &str) {
        let file = |name: &str| self.project.path(&format!("{name}.postil"));
        std::fs::copy(file(who), file(name)).unwrap();
    }
}
