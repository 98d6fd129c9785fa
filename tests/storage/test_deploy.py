"""The container and compose files, read as far as they can be without running them."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

from symbiosis.cli import build

yaml = pytest.importorskip("yaml")
DEPLOY = Path(__file__).parents[2] / "docs" / "deploy"
RECIPE = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))


def options_of_serve():
    command = get_command(build()).commands["serve"]
    return {name for parameter in command.params for name in parameter.opts}


def test_the_recipe_runs_as_nobody_special_and_pins_its_bases():
    assert re.search(r"^USER (?!root)\w+", RECIPE, re.M)
    bases = re.findall(r"^FROM (\S+)", RECIPE, re.M)
    assert all(":" in base and not base.endswith(":latest") for base in bases)
    assert "HEALTHCHECK" in RECIPE
    instructions = set(re.findall(r"^([A-Z]+) ", RECIPE, re.M))
    assert instructions <= {"FROM", "WORKDIR", "COPY", "RUN", "LABEL", "ENV", "USER", "VOLUME",
                            "EXPOSE", "HEALTHCHECK", "ENTRYPOINT", "CMD"}  # fmt: skip


def test_no_secret_is_written_down():
    env = (DEPLOY / "example.env").read_text(encoding="utf-8")
    assert re.search(r"^POSTGRES_PASSWORD=$", env, re.M)
    assert (
        "${POSTGRES_PASSWORD:?"
        in COMPOSE["services"]["database"]["environment"]["POSTGRES_PASSWORD"]
    )


def test_the_database_is_not_reachable_from_outside():
    assert "ports" not in COMPOSE["services"]["database"]
    assert COMPOSE["services"]["database"]["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert COMPOSE["services"]["app"]["ports"] == ["127.0.0.1:8501:8501"]


def test_what_they_say_to_serve_it_understands():
    known = options_of_serve()
    said = [word for word in COMPOSE["services"]["app"]["command"] if word.startswith("--")]
    said += re.findall(r'"(--[\w-]+)"', RECIPE.split("CMD")[-1])
    assert said
    assert set(said) <= known


def test_every_volume_and_network_that_is_used_is_declared():
    for service in COMPOSE["services"].values():
        named = {v.split(":")[0] for v in service["volumes"] if not v.startswith(".")}
        assert named <= set(COMPOSE["volumes"])
        assert set(service["networks"]) <= set(COMPOSE["networks"])


@pytest.mark.parametrize(
    "word", ["SYMBIOSIS_DATABASE_URL", "SYMBIOSIS_TOKEN", "st.login", "HttpOnly"]
)
def test_the_threat_model_names_what_it_rests_on(word):
    assert word in (DEPLOY.parent / "SECURITY.md").read_text(encoding="utf-8")
