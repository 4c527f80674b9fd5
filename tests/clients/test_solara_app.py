"""The page that shows the model's year, rendered without a browser."""

from collections.abc import Iterator
from typing import Any

import ipyvuetify as v
import pytest
import solara

from experiments.examples import solara_app


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setattr(solara_app, "SCALE", 0.01)
    _, shown = solara.render(solara.AppLayout(children=[solara_app.Page()]), handle_error=False)
    yield shown
    shown.close()


def titles(page: Any) -> list[str]:  # noqa: ANN401 - the rendering context of an untyped library
    return [str(widget.children[0]) for widget in page.find(v.CardTitle).widgets]


def test_a_step_is_a_year_and_reset_begins_again_with_the_levers(
    page: Any,  # noqa: ANN401
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert "Who is where at the end of 2025, persons" in titles(page)
    page.find(v.Btn, children=["Step"]).widget.click()
    assert "Who is where at the end of 2026, persons" in titles(page)
    sliders = {widget.label: widget for widget in page.find(v.Slider).widgets}
    weight = next(sliders[label] for label in sliders if label.startswith("Weight of time abroad"))
    weight.v_model = 1.0
    asked: list[dict[str, float]] = []
    true = solara_app.lever_policy
    monkeypatch.setattr(
        solara_app, "lever_policy", lambda levers, start: (asked.append(levers), true(levers, start))[1]
    )
    page.find(v.Btn, children=["Reset"]).widget.click()
    assert asked == [{"hiring.overseas_weight": 1.0, "programmes.overseas_fellowship.places": 195.0}]
    assert "Who is where at the end of 2025, persons" in titles(page)


def test_another_person_can_be_followed(page: Any) -> None:  # noqa: ANN401
    (first,) = [title for title in titles(page) if title.startswith("Researcher")]
    slider = next(widget for widget in page.find(v.Slider).widgets if widget.label == "another person")
    slider.v_model = 3
    (second,) = [title for title in titles(page) if title.startswith("Researcher")]
    assert first != second


def test_the_model_on_the_page_stops_with_its_data() -> None:
    model = solara_app.Watched(scale=0.005)
    assert model.year == solara_app.FORK
    model.run_through(model.world.last_year - 1)
    assert model.running
    for _ in range(3):
        model.step()
    assert model.year == model.world.last_year
    assert not model.running


def test_levers_hold_after_2025_and_leave_history_alone() -> None:
    plain, moved = solara_app.Watched(scale=0.01), solara_app.Watched(1.0, 1200.0, scale=0.01)
    assert plain.table().equals(moved.table())
    plain.step()
    moved.step()
    assert not plain.table().equals(moved.table())


def test_the_table_counts_everyone_who_has_a_life_here() -> None:
    model = solara_app.Watched(scale=0.01)
    counted = solara_app.whereabouts(model).drop(columns="stage").to_numpy().sum()
    assert counted == pytest.approx((~model.people.candidate).sum() / 0.01)


def test_each_line_is_named_in_its_own_colour() -> None:
    model = solara_app.Watched(scale=0.01)
    figure = solara_app.lines(model, "departures", solara_app.abroad(model), "Departures", "persons/yr")
    (axis,) = figure.axes
    assert {text.get_text() for text in axis.texts} == set(solara_app.abroad(model))
    drawn = [line.get_color() for line in axis.lines[:-1]]
    assert drawn == [text.get_color() for text in axis.texts]
    assert len(set(drawn)) == len(drawn)
