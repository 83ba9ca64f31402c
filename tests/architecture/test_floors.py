"""The picture of the floors is as the code is, and says so when it is not."""

from pathlib import Path

import pytest

from tools import floors


def test_the_picture_is_as_the_code_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(floors, "PAGE", tmp_path / "floors.md")
    assert floors.main(["--check"]) == 1
    assert "Run: python -m tools.floors" in capsys.readouterr().err
    floors.main([])
    assert floors.main(["--check"]) == 0
    floors.PAGE.write_text(floors.PAGE.read_text().replace("desk", "attic"))
    assert floors.main(["--check"]) == 1


def test_an_arrow_stands_only_where_no_longer_way_leads() -> None:
    found = {"roof": {"hall": 1, "cellar": 2}, "hall": {"cellar": 1}, "cellar": {}}
    assert list(floors.arrows(found)) == [("roof", "hall"), ("hall", "cellar")]
