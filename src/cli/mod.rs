//! The command line, declared: doc comments are the help, value parsers check syntax and nothing else.
//!
//! Names, addresses and ids stay as typed; only a store can say whether they mean anything.

mod agree;
mod care;
mod code;
mod coder;
mod coding;
mod collaboration;
mod disagreement;
mod document;
mod exchange;
mod history;
mod overview;
mod reading;
mod reference;
mod selection;
mod stats;
mod team;
mod values;

use std::path::PathBuf;

use clap::builder::Styles;
use clap::{Args, Parser, Subcommand};

pub use agree::{AgreeArgs, AgreeUnit, ComparisonArgs, Resampled, SnapTo};
pub use care::{
    BackupArgs, CheckArgs, CompletionsArgs, ConfigArgs, DemoArgs, InitArgs, ManArgs, RestoreArgs,
    SalvageArgs, SqlArgs,
};
pub use code::{
    CodeAddArgs, CodeCommand, CodeEditArgs, CodeExportArgs, CodeImportArgs, CodeListArgs, CodeMergeArgs,
    CodeMoveArgs, CodeRemoveArgs, CodeRenameArgs, CodeShowArgs,
};
pub use coder::{CoderCommand, CoderListArgs, CoderMergeArgs, CoderRenameArgs};
pub use coding::{ExtendArgs, MemoArgs, NoteArgs, RetagArgs, TagArgs, UntagArgs};
pub use collaboration::{ConflictsArgs, MergeArgs, ResolveArgs};
pub use disagreement::{AdjudicateArgs, DisagreementFilter, DisagreementKind, DisagreementsArgs};
pub use document::{
    DocumentAddArgs, DocumentCommand, DocumentListArgs, DocumentPurgeArgs, DocumentRemoveArgs,
    DocumentRenameArgs, DocumentReplaceArgs, DocumentSetArgs, DocumentShowArgs, PseudonymiseArgs,
};
pub use exchange::{
    CsvWriting, ExportCommand, ExportCsvArgs, ExportTableArgs, ExportXlsxArgs, ImportChoices, ImportCommand,
    ImportCsvArgs, ImportXlsxArgs,
};
pub use history::{LogArgs, RedoArgs, UndoArgs};
pub use overview::{GROUPS, overview};
pub use reading::{FindArgs, ListArgs, ShowArgs};
pub use reference::{Example, examples, leaves, reference};
pub use selection::{AnnotationFilter, DocumentFilter, PassageFilter, Subset};
pub use stats::{
    CoverageBy, CrosstabCount, Measure, Per, PercentOf, StatsCodersArgs, StatsCodesArgs, StatsCommand,
    StatsCooccurrenceArgs, StatsCoverageArgs, StatsCrosstabArgs, StatsDocumentsArgs, StatsFilter,
    StatsTimelineArgs, TimelineBy, TogetherBy,
};
pub use team::{AssignArgs, DocumentChoice, DoneArgs, ProgressArgs};
pub use values::{
    CodebookFormat, CoderMapping, ColorWhen, Delimiter, ExportUnit, ExportValues, Grouping, KeyValue,
    ListingFormat, PassageFormat, ProgressRows, SortKey, TableOrigin, TreeFormat, When,
};

/// Heads and literals in bold: nothing is said by colour alone, and the eye still finds its way.
const STYLES: Styles = Styles::styled()
    .header(anstyle::Style::new().bold())
    .usage(anstyle::Style::new().bold())
    .literal(anstyle::Style::new().bold());

/// Write the examples of a command, as they stand below its help.
macro_rules! example_section {
    ($($line:literal)+) => {
        concat!("\u{1b}[1mExamples:\u{1b}[0m", $("\n  ", $line),+)
    };
}
pub(crate) use example_section;

/// Tag passages of texts, together, in one file
///
/// A store (NAME.postil) holds the texts, the codebook, and what each coder said of which passage. It is found in
/// the current folder or in a folder above it.
#[derive(Debug, Parser)]
#[command(name = "postil", version, styles = STYLES, help_template = overview(), disable_help_subcommand = true)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub struct Cli {
    #[command(flatten)]
    #[expect(missing_docs, reason = "a doc comment here would become the help of `postil` itself")]
    pub global: GlobalOptions,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

// Options that stand before or after any command; a doc comment would become the help of `postil` itself.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
#[expect(missing_docs, reason = "see the comment above")]
pub struct GlobalOptions {
    /// Use this store [default: $POSTIL_STORE, else the one *.postil here or in the nearest folder above]
    #[arg(long, global = true, value_name = "FILE")]
    pub store: Option<PathBuf>,
    /// Act as this coder [default: $POSTIL_CODER, else `postil config coder`, else your login name]
    #[arg(long, global = true, value_name = "HANDLE")]
    pub coder: Option<String>,
    /// Colour the output: auto, always or never
    #[arg(long, global = true, value_name = "WHEN", value_parser = values::color_when)]
    pub color: Option<ColorWhen>,
    /// Say nothing but the answer, warnings and errors
    #[arg(short, long, global = true)]
    pub quiet: bool,
}

// The help of a command stands on its variant, not on the struct of its arguments: the arguments are built only
// when the command is the one asked for (`defer`), and a listing of commands needs the help of all.
/// What to do
#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub enum Command {
    /// Begin a store in this folder
    ///
    /// With --from, the texts and the codebook of another store come along: a second coder works on the same texts
    /// without seeing what the first one found, and `merge` brings the work together. Blind coding is the default since
    /// agreement between coders means something only where they did not see each other's work.
    #[command(after_help = example_section!(
        "postil init security"
        "postil init ben --from demo.postil"
        "postil init security --title 'Cyber security in foreign policy'"
    ))]
    Init(InitArgs),
    /// Make a small finished project to play with
    ///
    /// Writes texts, a codebook, the codings of two coders and their exports into DIR, then says what to try next.
    #[command(after_help = example_section!("postil demo" "postil demo ~/postil-demo --force"))]
    Demo(DemoArgs),
    /// Add, list and describe texts
    #[command(subcommand)]
    Document(DocumentCommand),
    /// Put pseudonyms for names into texts; passages stay with their words
    ///
    /// FILE is a table with the columns name and pseudonym, one name a row; it is the way back, so keep it apart from the
    /// store. A name is replaced where it stands as words of its own, as it is written: another spelling is another row. All are
    /// replaced at once, the longest first. A passage that has part of a name has the whole pseudonym afterwards. Says where else
    /// the names stand. One change, one undo.
    #[command(after_help = example_section!(
        "postil pseudonymise interview-07 --names names.csv --dry-run"
        "postil pseudonymise --all --names names.csv"
        "postil pseudonymise interview-07 --names names.csv --one-way"
    ))]
    Pseudonymise(PseudonymiseArgs),
    /// Build the codebook: a tree of codes
    #[command(subcommand)]
    Code(CodeCommand),
    /// List, rename and merge coders
    #[command(subcommand)]
    Coder(CoderCommand),
    /// Measure how far coders agree
    ///
    /// For each code: passages and share of text by coder, what both or only one of them coded, Dice (positive agreement),
    /// Krippendorff's alpha by character with its interval, and how many passages match (span F1). Then the mean and the lowest alpha,
    /// |u-alpha (do coders mark the same passages) and cu-alpha (given common passages, the same code), and what to beware of.
    ///
    /// Compared is what at least two coders have read: those who said `done` of a document, or annotated in it and said nothing.
    /// "Not read" is missing; "read, nothing marked" is a judgement. What is not defined is not 0 and not 1 but nothing, with the reason.
    #[command(after_help = example_section!(
        "postil agree"
        "postil agree --coders ana,ben --coefficients kappa,ac1 --format csv"
        "postil agree --unit paragraph --level 1"
        "postil agree --resample paragraph --bootstrap 2000 --seed 7"
        "postil agree --methods-paragraph"
    ))]
    Agree(AgreeArgs),
    /// Apply codes to a passage
    #[command(long_about = coding::TAG, after_help = example_section!(
        "postil tag three-schools-one-attack:p6 schools/realism/security-dilemma"
        "postil tag who-acts-in-cyberspace 'a flag with a skull' cyber --note 'irony?'"
        "postil tag three-schools-one-attack 'At midnight ... court' politics --create"
        "postil find --regex 'sanctions?' -f address | postil tag - cyber/sanctions"
    ))]
    Tag(TagArgs),
    /// Take codes off a passage, or remove annotations by id
    ///
    /// WORDS are ids (`1532` or `#1532`), or a passage as for `tag` and the codes to take off. `-` reads ids from
    /// standard input, one a line, and with codes after it passages. Only your own annotations are removed, unless
    /// --all-coders.
    #[command(after_help = example_section!(
        "postil untag 5 9"
        "postil untag cyber-diplomacy-in-practice:918-965 cyber/norms"
        "postil list --text grid --by ana -f plain | cut -f1 | xargs postil untag"
    ))]
    Untag(UntagArgs),
    /// Give annotations another code
    #[command(after_help = example_section!("postil retag 5 9 cyber/diplomacy" "postil retag 5 cyber/norms/voluntary --create"))]
    Retag(RetagArgs),
    /// Write a note on an annotation
    #[command(after_help = example_section!(
        "postil note 5 'compare the footnote'"
        "postil note 5 - < thoughts.txt"
        "postil note 1 --clear"
    ))]
    Note(NoteArgs),
    /// Move the bounds of an annotation
    #[command(after_help = example_section!(
        "postil extend 5 cyber-diplomacy-in-practice:918-950"
        "postil extend 5 'eleven norms of responsible behaviour'"
    ))]
    Extend(ExtendArgs),
    /// Write and read memos on a document, a code or the project
    ///
    /// SUBJECT is the name of a document, `code:PATH`, or `project`. Without TEXT the memos on it are shown.
    #[command(after_help = example_section!(
        "postil memo project 'second round begins in March'"
        "postil memo code:cyber/norms --edit"
        "postil memo code:schools/realism/security-dilemma"
    ))]
    Memo(MemoArgs),
    /// Search the texts, and tag what is found
    ///
    /// PATTERN is a phrase, in which white space, quotation marks and dashes need not match, or with --regex a
    /// regular expression. Each hit is shown in its context, with its address.
    #[command(after_help = example_section!(
        "postil find 'cyber diplomacy' --ignore-case"
        "postil find --regex 'cyber\\s?(war|space)\\w*' --context 60"
        "postil find norm --word --where kind=essay --tag cyber/norms"
        "postil find sovereignty --code cyber/filtering --count"
    ))]
    Find(FindArgs),
    /// Read a text with its highlights
    ///
    /// In colour, bars beside the text follow each highlight along its lines, and its code stands in the margin; where
    /// highlights overlap, colours blend and the text is underlined. Without colour, `[1|` and `|1]` enclose a
    /// highlight, and the numbers are explained below the paragraph.
    #[command(after_help = example_section!(
        "postil show three-schools-one-attack"
        "postil show three-schools-one-attack:p5-p6 --by ana --by ben"
        "postil show three-schools-one-attack --code schools --color always | less -R"
    ))]
    Show(ShowArgs),
    /// List coded passages
    ///
    /// One annotation a row. --with, --without, --overlaps, --inside and --within hold it against all other annotations
    /// with that code or one below it, by whatever coder, and never against itself; all that is asked must hold.
    /// --text and --note take capital and small letters as equal.
    #[command(after_help = example_section!(
        "postil list --code cyber/norms"
        "postil list --code actors --without cyber --where kind=essay --format csv"
        "postil list --by ana --since 2026-01-31 --sort date"
        "postil list --code cyber/norms --within 200 actors --format address"
    ))]
    List(ListArgs),
    /// Count codes and passages
    #[command(subcommand)]
    Stats(StatsCommand),
    /// Give documents to coders to read, as told or drawn by chance
    ///
    /// Every document goes to every coder named with --to; with --random to K of them, drawn evenly: the numbers of
    /// documents differ by at most one, and everybody meets everybody about equally often. Who has a document already
    /// counts, and nothing that was begun or read is touched. A handle that is new becomes a coder.
    #[command(after_help = example_section!(
        "postil assign three-schools-one-attack --to cleo"
        "postil assign --all --to cleo,dora,eve --random 2 --seed 7"
        "postil assign --where theme=actors --to cleo --to dora"
        "postil assign --all --to ben --remove"
    ))]
    Assign(AssignArgs),
    /// Say that you have read documents to the end
    ///
    /// A document that is not marked counts as not read, and agreement leaves it out for that coder; in one that is marked,
    /// text without annotations means that the coder found nothing there.
    #[command(after_help = example_section!(
        "postil done three-schools-one-attack who-acts-in-cyberspace"
        "postil done --where kind=essay --coder ben"
        "postil done three-schools-one-attack --reopen"
    ))]
    Done(DoneArgs),
    /// Show who has read what
    ///
    /// A cell says how far a coder is with a document and how many annotations the coder made there: `assigned` is not begun,
    /// `in progress` is assigned and begun, `started` has annotations and was never assigned, `done` was read to the end.
    /// For programs (--format csv and the like), one row for each document and coder; `covered` are the code points under
    /// the coder's annotations.
    #[command(after_help = example_section!(
        "postil progress"
        "postil progress --by coder"
        "postil progress --where kind=essay --format csv"
    ))]
    Progress(ProgressArgs),
    /// Write the coded data for colleagues and for analysis
    #[command(subcommand)]
    Export(ExportCommand),
    /// Bring edited data back in
    #[command(subcommand)]
    Import(ImportCommand),
    /// Bring in what colleagues did in stores of their own
    ///
    /// Everything that a store knows and this one does not comes in, as one change. Nothing is overwritten: what both
    /// sides changed in different fields is put together, what both changed differently becomes a conflict, a
    /// deletion takes away only what nobody has changed or used since. Merging again changes nothing, and it does not
    /// matter who merges whom first.
    #[command(after_help = example_section!(
        "postil merge colleagues/ben.postil --dry-run"
        "postil merge colleagues/*.postil"
        "postil merge colleagues/ben.postil --only document=who-acts-in-cyberspace"
        "postil merge colleagues/ben.postil --as ben=benjamin"
    ))]
    Merge(MergeArgs),
    /// Show what two sides changed differently
    #[command(after_help = example_section!("postil conflicts" "postil conflicts --format json"))]
    Conflicts(ConflictsArgs),
    /// Decide a conflict
    ///
    /// The decision is a new version that follows both sides, so it travels to colleagues like any other edit. In the
    /// fields that are not in question both sides' edits hold, whichever side is chosen.
    #[command(after_help = example_section!(
        "postil resolve 1 --ours"
        "postil resolve 1 --theirs"
        "postil resolve 1 --value 'Both sides end up less safe.'"
        "postil resolve --interactive"
    ))]
    Resolve(ResolveArgs),
    /// List each place where coders differ
    ///
    /// Longest dispute first: an omission (somebody who read the text did not give the code), a boundary (all gave it,
    /// with other bounds) or a confusion (different codes at nearly the same place). `--format csv` is a table for a
    /// meeting, with columns for the decision and for remarks. Exits with 3 when coders differ anywhere.
    #[command(after_help = example_section!(
        "postil disagreements"
        "postil disagreements --kind confusion --code schools"
        "postil disagreements --format csv > meeting.csv"
    ))]
    Disagreements(DisagreementsArgs),
    /// Decide where coders differ, one place after the other
    ///
    /// Shows each passage with what the coders said, asks what is to hold, and writes it as the coder `consensus`,
    /// with all that they agree on; the originals stay as they are. Each decision is a change of its own, and what is
    /// decided is not asked again. --from reads the decisions of a meeting from a table: a coder's handle, `union`,
    /// `intersection`, `all`, `nothing` or the path of a code.
    #[command(after_help = example_section!(
        "postil adjudicate"
        "postil adjudicate --kind boundary --document three-schools-one-attack"
        "postil adjudicate --agreed-only --dry-run"
        "postil adjudicate --from meeting.csv"
    ))]
    Adjudicate(AdjudicateArgs),
    /// Show what was changed, by whom and when
    #[command(after_help = example_section!("postil log" "postil log 5" "postil log --of '#5'"))]
    Log(LogArgs),
    /// Take a change back
    ///
    /// Without CHANGE, the last one that has not been taken back. An undo is a change itself: `redo` takes it back.
    #[command(after_help = example_section!("postil undo" "postil undo 5"))]
    Undo(UndoArgs),
    /// Do again what was undone
    #[command(after_help = example_section!("postil redo" "postil redo 5"))]
    Redo(RedoArgs),
    /// Prove that the store is sound
    ///
    /// Checks the file, then every range, reference and version. Exits with 3 when it finds something.
    #[command(after_help = example_section!("postil check" "postil check --json"))]
    Check(CheckArgs),
    /// Copy the store safely, even while it is written
    ///
    /// With --encrypt, into a file of the age format that nothing but the passphrase, or the secret key to a recipient, opens.
    /// No unencrypted copy lies on the disk meanwhile. A passphrase that is lost cannot be found again by anybody.
    #[command(after_help = example_section!(
        "postil backup"
        "postil backup ~/backups/demo.postil --force"
        "postil backup --encrypt"
        "postil backup --encrypt --recipients-file team.keys"
    ))]
    Backup(BackupArgs),
    /// Make a store of a backup again
    ///
    /// The backup is opened, checked as `check` does, and only then put in its place. A store that is there is replaced with
    /// --force alone, and never by one that is damaged.
    #[command(after_help = example_section!(
        "postil restore demo.postil.2026-01-31.backup -o copy.postil"
        "postil restore demo.postil.2026-01-31.backup --force"
        "postil restore team.postil.backup.age --identity ana.key"
    ))]
    Restore(RestoreArgs),
    /// Make a sound store of what a damaged one still holds
    ///
    /// BROKEN is only read, page by page and trusting nothing in it. A text comes back when its SHA-256 is right, a record
    /// when its version proves it, with its number, history and ancestry. What is lost is listed; records that can be
    /// read and not be taken go to a table beside NEW. Exits with 3 when something is gone.
    #[command(after_help = example_section!("postil salvage demo.postil -o ~/salvaged.postil"))]
    Salvage(SalvageArgs),
    /// Show and change your settings
    ///
    /// Settings: `coder` (your handle), `color` (auto, always or never), `store` (the store to use where none is
    /// found). They hold in every project.
    #[command(after_help = example_section!(
        "postil config"
        "postil config coder ana"
        "postil config store --unset"
    ))]
    Config(ConfigArgs),
    /// Print the completions of a shell
    #[command(after_help = example_section!(
        "postil completions bash > ~/.bash_completion.d/postil"
        "postil completions zsh > ~/.zfunc/_postil"
    ))]
    Completions(CompletionsArgs),
    /// Print the manual page, or write all of them
    #[command(after_help = example_section!("postil man | man -l -" "postil man --out ~/.local/share/man/man1"))]
    Man(ManArgs),
    /// Query the store with SQL, read only
    ///
    /// The store shows itself as views with names that stay: --list-views names them and their columns.
    #[command(after_help = example_section!(
        "postil sql --list-views"
        "postil sql 'SELECT code, count(*) FROM annotations GROUP BY code'"
        "postil sql - < query.sql"
    ))]
    Sql(SqlArgs),
}
