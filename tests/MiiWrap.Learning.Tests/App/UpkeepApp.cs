namespace MiiWrap.Learning.Tests.App;

/// <summary>Upkeep takes the words of everyone whose time is over by the test's clock, so these tests have a host of their own and take turns on it.</summary>
[CollectionDefinition(nameof(Upkeep))]
public sealed class Upkeep : ICollectionFixture<UpkeepApp>;

public sealed class UpkeepApp : LearningApp;
