namespace MiiWrap.Learning.Tests.TestHost;

/// <summary>A host with a database of its own, for sweeps that would else take what other tests leave waiting, and fail theirs.</summary>
public sealed class OwnDatabaseApp : LearningApp;
