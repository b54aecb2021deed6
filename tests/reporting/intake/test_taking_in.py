"""Forms by mail and by folder: taken once, answered once, strangers not heard, nothing lost by a kill in between."""

import os
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
import yaml
from click.testing import CliRunner

from baocao.catalogue import Catalogue
from baocao.catalogue.hand_in import read_hand_in
from baocao.domain import Period
from baocao.errors import ConfigError
from baocao.settings import CHECKOUT_DIR
from baocao.store import HandIn
from cli.main import cli
from reporting.intake import mailbox, taking_in
from reporting.intake.looking import take_in
from reporting.intake.taking_in import Intake
from reporting.upkeep.doctor.finding import DoctorFinding, Health
from reporting.upkeep.doctor.hand_in import look_at_hand_in
from tests.conformance.renderers import to_word
from tests.reporting.alerting.conftest import authority, mail_sink
from tests.reporting.alerting.sinks import PASSWORD as SMTP_PASSWORD
from tests.reporting.alerting.sinks import USERNAME as SMTP_USERNAME
from tests.reporting.alerting.sinks import Authority, MailSink
from tests.reporting.conftest import NOW, Office
from tests.reporting.intake.forms import make_form
from tests.reporting.intake.mailboxes import (
    CLERK,
    PASSWORD,
    PERSON,
    STRANGER,
    USERNAME,
    MailboxServer,
    mailbox_server,
    make_letter,
)
from tests.reporting.intake.test_handing_in import FORM, NAME, PERIOD, UNIT, paper_office

__all__ = ["authority", "mail_sink", "paper_office"]
Q4 = Period.parse(PERIOD)


@pytest.fixture(scope="module")
def imap() -> Iterator[MailboxServer]:
    with mailbox_server() as server:
        yield server


@pytest.fixture
def post_box(imap: MailboxServer) -> MailboxServer:
    imap.empty()
    return imap


@pytest.fixture
def by_mail(
    paper_office: Office,
    post_box: MailboxServer,
    mail_sink: MailSink,
    authority: Authority,
    monkeypatch: pytest.MonkeyPatch,
) -> Office:
    monkeypatch.setenv("BAOCAO_IMAP_PASSWORD", PASSWORD)
    monkeypatch.setenv("BAOCAO_SMTP_PASSWORD", SMTP_PASSWORD)
    reply = {
        "host": "127.0.0.1", "port": mail_sink.port, "ca_file": str(authority.ca_file), "username": SMTP_USERNAME,
        "secret": "env:BAOCAO_SMTP_PASSWORD", "sender": SMTP_USERNAME,
    }  # fmt: skip
    box = {
        "host": "127.0.0.1", "port": post_box.port, "tls": "plain", "username": USERNAME,
        "secret": "env:BAOCAO_IMAP_PASSWORD", "reply": reply,
    }  # fmt: skip
    settle(paper_office, {"mailbox": box, "senders": {UNIT: [CLERK]}, "largest_mb": 1})
    return paper_office


@pytest.fixture
def by_folder(paper_office: Office) -> Path:
    settle(paper_office, {"folder": {"path": "nop-bieu", "settled_s": 0}, "largest_mb": 1})
    folder = paper_office.home / "nop-bieu" / UNIT
    folder.mkdir(parents=True)
    return folder


def settle(office: Office, rules: dict[str, object]) -> None:
    (office.config_dir / "hand_in.yaml").write_text(yaml.safe_dump(rules), encoding="utf-8")


def look(office: Office) -> Intake:
    with office.open() as workspace:
        return take_in(workspace)


def handed(office: Office) -> list[HandIn]:
    with office.open() as workspace:
        return list(workspace.store.hand_ins.list(UNIT, Q4))


def vintages(office: Office) -> int:
    with office.open() as workspace:
        (key,) = {one.form_key for one in workspace.store.hand_ins.list(UNIT, Q4)}
        return len(workspace.store.vintages.list(key))


def test_a_letter_is_taken_answered_with_the_annotated_copy_and_moved(
    by_mail: Office, post_box: MailboxServer, mail_sink: MailSink, catalogue: Catalogue
) -> None:
    wrong = to_word(make_form(catalogue, NAME, written={"4.1.2": "980"}))
    post_box.put(make_letter((f"{PERSON}.docx", wrong)))
    found = look(by_mail)
    assert found.failed == ()
    (one,) = found.taken
    assert one.says_vi.startswith(f"Gửi trả Biểu mẫu 7 của {NAME}, Quý IV năm 2025 (nộp lần 1)")
    (mail,) = mail_sink.mails
    assert (mail["Subject"], mail["To"]) == ("Gửi trả biểu mẫu", CLERK)
    (copy,) = mail.iter_attachments()
    assert copy.get_filename() == "bieu-mau-ghi-chu.docx"
    assert copy.get_payload(decode=True)[:2] == b"PK"
    body = mail.get_body(("plain",))
    assert body is not None
    assert "4.1.2" in body.get_content()
    assert (post_box.count("INBOX"), post_box.count("Da-xu-ly")) == (0, 1)
    right = to_word(make_form(catalogue, NAME))
    post_box.put(make_letter((f"{PERSON}.docx", right), message_id="<2@xagiay.vi-du.vn>"))
    assert look(by_mail).taken[0].says_vi.startswith("Đã nhận Biểu mẫu 7")
    assert mail_sink.subjects() == ["Gửi trả biểu mẫu", "Đã nhận biểu mẫu"]
    assert [given.is_accepted for given in handed(by_mail)] == [False, True]


def test_a_stranger_and_a_machine_are_neither_heard_nor_answered(
    by_mail: Office, post_box: MailboxServer, mail_sink: MailSink, catalogue: Catalogue
) -> None:
    form = to_word(make_form(catalogue, NAME))
    post_box.put(make_letter(("bieu.docx", form), sender=STRANGER))
    post_box.put(make_letter(("bieu.docx", form), message_id="<auto@x.vn>", Auto_Submitted="auto-replied"))
    found = look(by_mail)
    assert (found.taken, found.refused, found.failed) == ((), 2, ())
    assert mail_sink.mails == []
    assert (post_box.count("INBOX"), post_box.count("Khong-nhan")) == (0, 2)
    assert handed(by_mail) == []


def test_a_letter_too_large_or_without_a_form_is_answered_in_a_sentence(
    by_mail: Office, post_box: MailboxServer, mail_sink: MailSink
) -> None:
    post_box.put(make_letter(("to.docx", os.urandom(1_700_000))))
    post_box.put(make_letter(message_id="<khong@x.vn>"))
    said = [one.says_vi for one in look(by_mail).taken]
    assert said == [
        "Không nhận: thư lớn hơn 1 MB.",
        "Thư không có tệp biểu mẫu nào đính kèm; gửi lại kèm tệp Word hoặc Excel.",
    ]
    assert handed(by_mail) == []
    assert len(mail_sink.mails) == 2


def test_no_person_in_a_subject_a_sender_or_a_file_s_name_reaches_database_or_log(
    by_mail: Office, post_box: MailboxServer, catalogue: Catalogue, caplog: pytest.LogCaptureFixture
) -> None:
    form = to_word(make_form(catalogue, NAME))
    post_box.put(make_letter((f"{PERSON}.docx", form), (f"{PERSON}.txt", b"khong phai bieu mau")))
    found = look(by_mail)
    told = f"{caplog.text} {found}"
    log = "".join(path.read_text(encoding="utf-8") for path in by_mail.home.rglob("*.log"))
    database = Path(by_mail.database_url.removeprefix("sqlite:///")).read_bytes()
    for sign in (PERSON, "Bưởi", "vanthu", CLERK):
        assert sign not in told
        assert sign not in log
        assert sign.encode() not in database


class KilledError(BaseException):
    """Ends the process where it stands; nobody catches it."""


@pytest.mark.parametrize(
    ("module", "place", "answers"),
    [
        (taking_in, "write_answer", 1),
        (taking_in, "note", 1),
        (mailbox, "_move", 1),
    ],
)
def test_a_kill_in_between_loses_nothing_and_does_nothing_twice(
    by_mail: Office,
    post_box: MailboxServer,
    mail_sink: MailSink,
    catalogue: Catalogue,
    module: object,
    place: str,
    answers: int,
) -> None:
    post_box.put(make_letter(("bieu.docx", to_word(make_form(catalogue, NAME)))))

    def die(*_: object, **__: object) -> None:
        raise KilledError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, place, die)
        with pytest.raises(KilledError):
            look(by_mail)
    assert post_box.count("INBOX") == 1
    assert look(by_mail).failed == ()
    assert look(by_mail) == Intake()
    assert (len(handed(by_mail)), vintages(by_mail), len(mail_sink.mails)) == (1, 1, answers)
    assert handed(by_mail)[0].answered_at is not None
    assert post_box.count("INBOX") == 0


def test_killed_between_the_answer_and_its_note_the_answer_goes_out_again_under_the_same_id(
    by_mail: Office, post_box: MailboxServer, mail_sink: MailSink, catalogue: Catalogue
) -> None:
    post_box.put(make_letter(("bieu.docx", to_word(make_form(catalogue, NAME)))))

    def die(*_: object) -> None:
        raise KilledError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("baocao.store.runs.hand_ins.StoredHandIns.mark_answered", die)
        with pytest.raises(KilledError):
            look(by_mail)
    look(by_mail)
    assert len({mail["Message-ID"] for mail in mail_sink.mails}) == 1
    assert (len(handed(by_mail)), vintages(by_mail)) == (1, 1)


def test_an_answer_that_cannot_be_sent_is_sent_by_the_next_look(
    by_mail: Office, post_box: MailboxServer, mail_sink: MailSink, catalogue: Catalogue
) -> None:
    post_box.put(make_letter(("bieu.docx", to_word(make_form(catalogue, NAME)))))
    mail_sink.failures_left = 1
    first = look(by_mail)
    assert len(first.failed) == 1
    assert CLERK not in first.failed[0]
    assert post_box.count("INBOX") == 1
    assert look(by_mail).failed == ()
    assert (len(handed(by_mail)), vintages(by_mail), len(mail_sink.mails)) == (1, 1, 1)


def test_a_file_laid_into_the_folder_is_taken_and_answered_beside_it(
    paper_office: Office, by_folder: Path, catalogue: Catalogue
) -> None:
    (by_folder / f"{PERSON}.docx").write_bytes(to_word(make_form(catalogue, NAME, written={"4.1.2": "980"})))
    (one,) = look(paper_office).taken
    assert one.says_vi.startswith("Gửi trả Biểu mẫu 7")
    answers = sorted(path.name.partition("-")[2] for path in (by_folder / "tra-loi").iterdir())
    assert answers == ["bieu-mau-ghi-chu.docx", "tra-loi.txt"]
    (text,) = (by_folder / "tra-loi").glob("*.txt")
    assert "4.1.2" in text.read_text(encoding="utf-8")
    assert [path.suffix for path in (by_folder / "da-nop").iterdir()] == [".docx"]
    assert not list(by_folder.glob("*.docx"))
    assert look(paper_office) == Intake()


def test_links_hidden_and_oversize_files_and_folders_of_nobody_are_not_taken(
    paper_office: Office, by_folder: Path, catalogue: Catalogue, tmp_path: Path
) -> None:
    outside = tmp_path / "ngoai.docx"
    outside.write_bytes(to_word(make_form(catalogue, NAME)))
    (by_folder / "lien-ket.docx").symlink_to(outside)
    (by_folder / "~$bieu.docx").write_bytes(b"x")
    (by_folder.parent / "khong-co-don-vi-nay").mkdir()
    (by_folder / "to.docx").write_bytes(b"x" * 1_000_001)
    found = look(paper_office)
    assert [one.says_vi[:35] for one in found.taken] == ["Không nhận: tệp lớn hơn 1 MB, một b"]
    assert found.refused == 1
    assert handed(paper_office) == []
    assert {path.name for path in by_folder.iterdir() if path.is_file()} == {"lien-ket.docx", "~$bieu.docx"}


def test_a_strange_file_keeps_no_other_from_being_taken(
    paper_office: Office, by_folder: Path, catalogue: Catalogue
) -> None:
    (by_folder / "a.docx").write_bytes(b"PK\x03\x04 hong")
    (by_folder / "b.docx").write_bytes(to_word(make_form(catalogue, NAME)))
    book = openpyxl.Workbook()
    book.save(by_folder / "c.xlsx")
    said = sorted(one.says_vi[:8] for one in look(paper_office).taken)
    assert said == ["Gửi trả ", "Gửi trả ", "Đã nhận "]
    assert len(handed(paper_office)) == 3


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ({"senders": {"khong-co": ["a@b.vn"]}}, "không có đơn vị"),
        ({"senders": {UNIT: ["a@b.vn"], "dac-khu": ["A@b.vn"]}}, "một địa chỉ không thể của cả hai đơn vị"),
        ({"mailbox": {"host": "imap.vi-du.vn", "tls": "plain", "reply": {"host": "localhost", "sender": "a@b.vn"}}},
         "plain chỉ dùng cho máy chủ thư trên chính máy này"),
    ],
)  # fmt: skip
def test_a_wrong_configuration_is_told_with_its_line(paper_office: Office, rules: dict[str, object], says: str) -> None:
    settle(paper_office, rules)
    with pytest.raises(ConfigError, match=says):
        look(paper_office)


def test_the_example_is_one_that_works(paper_office: Office) -> None:
    text = (CHECKOUT_DIR / "config" / "examples" / "hand_in.yaml").read_text(encoding="utf-8")
    (paper_office.config_dir / "hand_in.yaml").write_text(text, encoding="utf-8")
    rules = read_hand_in(Catalogue.read(paper_office.config_dir))
    assert rules.find_unit("VanThu@anmau.vi-du.vn") == "xa"
    assert (rules.folder, rules.mailbox) != (None, None)
    assert FORM


def test_the_command_says_what_it_took_and_nothing_of_who_sent_it(
    paper_office: Office, by_folder: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "HOME": paper_office.home,
        "CONFIG_DIR": paper_office.config_dir,
        "NOW": NOW.isoformat(),
    }.items():
        monkeypatch.setenv(f"BAOCAO_{name}", str(value))
    monkeypatch.setenv("BAOCAO_DATABASE_URL", paper_office.database_url)
    (by_folder / f"{PERSON}.docx").write_bytes(to_word(make_form(catalogue, NAME)))
    done = CliRunner().invoke(cli, ["take-in"])
    assert done.exit_code == 0, done.output
    assert f"{UNIT}: Đã nhận Biểu mẫu 7" in done.output
    assert PERSON not in done.output
    assert "Không có biểu mẫu nào chờ nhận." in CliRunner().invoke(cli, ["take-in"]).output


def test_where_something_is_watched_it_is_looked_at_every_so_many_minutes(
    paper_office: Office, by_folder: Path
) -> None:
    from flows.deployments import list_deployments
    from reporting.schedule.operations import read_operations

    catalogue = Catalogue.read(paper_office.config_dir)
    found = {one.name: one for one in list_deployments(catalogue, read_operations(catalogue))}
    assert "FREQ=MINUTELY;INTERVAL=10" in found["take-in"].schedules[0].rrule
    (paper_office.config_dir / "hand_in.yaml").unlink()
    assert "take-in" not in {one.name for one in list_deployments(catalogue, read_operations(catalogue))}


def health_of(office: Office) -> dict[str, DoctorFinding]:
    with office.open() as workspace:
        return {one.check: one for one in look_at_hand_in(workspace.settings, Catalogue.read(office.config_dir))}


def test_the_doctor_signs_in_to_mailbox_and_reply_server_and_changes_nothing(
    by_mail: Office, post_box: MailboxServer, mail_sink: MailSink
) -> None:
    post_box.put(make_letter())
    told = health_of(by_mail)
    assert {check: one.health for check, one in told.items()} == {
        "hand_in.mailbox": Health.GOOD, "hand_in.reply": Health.GOOD
    }  # fmt: skip
    assert told["hand_in.mailbox"].says == "vào được, 1 thư đang chờ"
    assert (post_box.count("INBOX"), len(mail_sink.mails)) == (1, 0)


def test_the_doctor_says_which_of_the_two_does_not_let_us_in(by_mail: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAOCAO_IMAP_PASSWORD", "wrong")
    monkeypatch.delenv("BAOCAO_SMTP_PASSWORD")
    told = health_of(by_mail)
    assert {check: one.health for check, one in told.items()} == {
        "hand_in.mailbox": Health.DOUBTFUL, "hand_in.reply": Health.DOUBTFUL
    }  # fmt: skip
    assert "BAOCAO_SMTP_PASSWORD" in told["hand_in.reply"].says
    assert "wrong" not in " ".join(f"{one.says} {one.why} {one.mend}" for one in told.values())


def test_the_doctor_says_of_a_folder_whose_it_is_not(paper_office: Office, by_folder: Path) -> None:
    assert health_of(paper_office)["hand_in.folder"].health is Health.GOOD
    (by_folder.parent / "xa-khong-co").mkdir()
    told = health_of(paper_office)["hand_in.folder"]
    assert (told.health, told.says) == (Health.DOUBTFUL, "xa-khong-co: không có đơn vị mã này")
    by_folder.parent.rename(by_folder.parent.with_name("elsewhere"))
    assert health_of(paper_office)["hand_in.folder"].says == "không có"


def test_where_nothing_is_watched_the_doctor_says_so(paper_office: Office) -> None:
    assert [one.health for one in health_of(paper_office).values()] == [Health.GOOD]
