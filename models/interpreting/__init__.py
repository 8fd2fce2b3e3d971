"""The bank of interpreters and translators: everything that pages and commands may ask of it, in one place.

Verbs take the session first, then what they are about; ``by`` says who acts and ``at`` when; they run within
``Database.writing()``. People are named by person id, also interpreters. All times that go in or out are aware UTC
instants; :func:`instant_of` reads a wall time of a form and refuses hours that clocks skip or show twice.

The interpreter's side
    ``join_bank`` ``update_interpreter`` ``sign_code`` ``add_exception`` ``drop_exception``
    ``take`` ``decline`` ``stand_by`` ``i_know_this_person`` ``cancel_booking`` ``make_feed`` ``drop_feed``
The requester's side (the person, a partner's agent, the office)
    ``request_appointment`` → :class:`Reply` (``refer_to`` where no volunteer may) ``agree_to_relay``
    ``change_appointment`` ``cancel_appointment`` ``agree`` (to a close language) ``refuse_interpreter``
Both, after the hour
    ``sign_service`` (two signatures with equal minutes make it done) ``record_absence`` ``reopen_service`` (the office)
The office
    ``plan_horizon`` ``ask`` ``ask_next`` ``make_room`` ``keep_out`` ``set_urgency`` ``refer`` ``gains_of`` ``keep_gains``
In writing
    ``request_translation`` ``take_translation`` ``give_back`` ``deliver`` ``take_reading`` ``finish_reading``
    ``send_back`` ``cancel_translation`` ``refer_translation``
The clock (chores)
    ``lapse_bookings`` ``close_past`` ``close_overdue`` ``remind_bookings`` ``stop_uncleared``
Reading (frozen rows, in :mod:`models.queries.interpreting`)
    ``mine.interpreter_page`` ``asked.requests_of`` ``asked.appointment_page`` ``week.week`` ``week.open_appointments``
    ``answer.urgent`` ``lacks.report`` ``recruiting.recruiting`` ``calls.calls_page``
    ``written.queue`` ``service.service_sheet``
    ``feeds.feed_of``

Errors are those of :mod:`models.errors`: ``Barred`` (codes of ``APPOINTMENT_BARRIERS``), ``NotAllowedNow``, ``Stale``,
``WrongValue`` (``field``), ``NoSuchTime``, ``Forbidden``, ``Unknown``.
"""

from models.interpreting.answers import (
    agree,
    cancel_booking,
    decline,
    i_know_this_person,
    refuse_interpreter,
    stand_by,
    take,
)
from models.interpreting.asking import ask_next
from models.interpreting.bank import (
    CODE_OF_CONDUCT,
    add_exception,
    drop_exception,
    join_bank,
    sign_code,
    update_interpreter,
)
from models.interpreting.by_hand import ask
from models.interpreting.changing import change_appointment
from models.interpreting.feeds import drop_feed, make_feed, reader_of
from models.interpreting.gains import gains_of, keep_gains
from models.interpreting.making_room import make_room
from models.interpreting.planning import close_past, lapse_bookings, plan_horizon, stop_uncleared
from models.interpreting.reminders import remind_bookings
from models.interpreting.requests import (
    agree_to_relay,
    cancel_appointment,
    keep_out,
    refer,
    request_appointment,
    set_urgency,
    where_to_turn,
)
from models.interpreting.serving import record_absence, reopen_service, sign_service
from models.interpreting.sheets import (
    AppointmentSheet,
    Arrangement,
    InterpreterSheet,
    Language,
    Reply,
    TranslationSheet,
)
from models.interpreting.standing import urgent_answer
from models.interpreting.times import instant_of
from models.interpreting.translations import (
    cancel_translation,
    close_overdue,
    deliver,
    finish_reading,
    give_back,
    refer_translation,
    request_translation,
    send_back,
    take_reading,
    take_translation,
)

__all__ = [
    "CODE_OF_CONDUCT",
    "AppointmentSheet",
    "Arrangement",
    "InterpreterSheet",
    "Language",
    "Reply",
    "TranslationSheet",
    "add_exception",
    "agree",
    "agree_to_relay",
    "ask",
    "ask_next",
    "cancel_appointment",
    "cancel_booking",
    "cancel_translation",
    "change_appointment",
    "close_overdue",
    "close_past",
    "decline",
    "deliver",
    "drop_exception",
    "drop_feed",
    "finish_reading",
    "gains_of",
    "give_back",
    "i_know_this_person",
    "instant_of",
    "join_bank",
    "keep_gains",
    "keep_out",
    "lapse_bookings",
    "make_feed",
    "make_room",
    "plan_horizon",
    "reader_of",
    "record_absence",
    "refer",
    "refer_translation",
    "refuse_interpreter",
    "remind_bookings",
    "reopen_service",
    "request_appointment",
    "request_translation",
    "send_back",
    "set_urgency",
    "sign_code",
    "sign_service",
    "stand_by",
    "stop_uncleared",
    "take",
    "take_reading",
    "take_translation",
    "update_interpreter",
    "urgent_answer",
    "where_to_turn",
]
